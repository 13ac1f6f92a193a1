"""Native libraries of an app, on a phone that has this machine's C library and not Android's."""

import zipfile
from pathlib import Path
from typing import Final

from sideload.host import maven
from sideload.simulated.android.properties import host_abi

# The same release as apps have; its code for desktops gives the same answers to the same classes.
ONNXRUNTIME: Final = "com.microsoft.onnxruntime:onnxruntime:1.28.0"
REPLACED: Final = ("libonnxruntime.so", "libonnxruntime4j_jni.so")
_INSIDE: Final = {
    "x86_64": "ai/onnxruntime/native/linux-x64/",
    "arm64-v8a": "ai/onnxruntime/native/linux-aarch64/",
}
# What every library that is linked with this machine's C library names.
_OF_HERE: Final = b"libc.so.6"


def fit(folder: Path) -> list[str]:
    """Replace in `folder` what only Android can load; the names of what cannot be replaced.

    Raises:
        MissingToolError, ToolFailedError: The replacement cannot be fetched.
    """
    foreign = [path for path in sorted(folder.glob("*.so")) if _OF_HERE not in path.read_bytes()]
    for path in foreign:
        path.unlink()
    wanted = [path.name for path in foreign if path.name in REPLACED]
    if wanted:
        (jar,) = maven.fetch([ONNXRUNTIME], without=[maven.EVERYTHING])
        with zipfile.ZipFile(jar) as opened:
            for name in wanted:
                (folder / name).write_bytes(opened.read(_INSIDE[host_abi()] + name))
    return [path.name for path in foreign if path.name not in REPLACED]

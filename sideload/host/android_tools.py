"""Programs that make and look at apps for Android, of Debian, without root's rights and any SDK.

They run through the dynamic linker of the Debian that they are made for, whatever this machine has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, ToolFailedError
from sideload.host import debian, java, machine, process

# The first with tools that know the newest attributes, and with a table of Android's own resources.
SUITE: Final = "trixie"
PACKAGES: Final = (
    *("aapt", "apksigner", "dexdump", "libapksig-java", "android-framework-res"),
    # What those are linked with.
    *("android-libaapt", "android-libandroidfw", "android-libart", "android-libbacktrace"),
    *("android-libbase", "android-libcutils", "android-liblog", "android-libnativebridge"),
    *("android-libnativeloader", "android-libutils", "android-libziparchive", "7zip", "libatomic1"),
    *("libbsd0", "libc6", "libexpat1", "libgcc-s1", "liblz4-1", "libmd0", "libpng16-16t64"),
    *("libprotobuf32t64", "libstdc++6", "libtinyxml2-11", "libxxhash0", "zlib1g"),
)
SIGNER: Final = "com.android.apksigner.ApkSignerTool"
TIMEOUT_S: Final = 300.0


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """What Debian calls this machine, and where its linker and libraries are."""

    debian: str
    linker: str
    libraries: str


KINDS: Final = {
    "x86_64": _Kind(
        debian="amd64", linker="lib64/ld-linux-x86-64.so.2", libraries="lib/x86_64-linux-gnu"
    ),
    "arm64-v8a": _Kind(
        debian="arm64", linker="lib/ld-linux-aarch64.so.1", libraries="lib/aarch64-linux-gnu"
    ),
}


def run(
    name: str, arguments: Sequence[str | Path], *, remedy: str = debian.REMEDY
) -> process.Finished:
    """What `aapt2` or `dexdump` says.

    Raises:
        MissingToolError: There is none for this machine, or nothing to fetch it with.
        ToolFailedError: It cannot be fetched, or it said no.
    """
    kind, user = _kind(), folder() / "usr"
    libraries = [user / kind.libraries, user / kind.libraries / "android", user / "lib" / "7zip"]
    argv: list[str | Path] = [
        user / kind.linker,
        "--library-path",
        ":".join(map(str, libraries)),
        user / "bin" / name,
    ]
    argv += arguments
    done = process.run(argv, timeout_s=TIMEOUT_S, remedy=remedy, check=False)
    if done.exit_code != 0:
        said = [name, *map(str, arguments)]
        raise ToolFailedError(said, process.complaint(done), remedy=remedy)
    return done


def apksigner(arguments: Sequence[str | Path], *, remedy: str) -> process.Finished:
    """What `apksigner` says; its first argument is a command, such as `verify`.

    Raises:
        MissingToolError: There is no JDK, or nothing to fetch it with.
        ToolFailedError: It cannot be fetched, or it said no.
    """
    jars = [folder() / "usr/share/java" / name for name in ("apksigner.jar", "apksig.jar")]
    return java.run("apksigner", SIGNER, arguments, classpath=jars, heap="1g", remedy=remedy)


def framework() -> Path:
    """Android's own resources, which say what an attribute of a manifest is."""
    return folder() / "usr/share/android-framework-res/framework-res.apk"


def folder() -> Path:
    """What stands for `/`, with all of the programs in it.

    Raises:
        MissingToolError: There are none for this machine, or nothing to fetch them with.
        ToolFailedError: They cannot be fetched.
        HostFileError: The cache cannot be written.
    """
    return debian.fetch(PACKAGES, suite=SUITE, architecture=_kind().debian).folder


def _kind() -> _Kind:
    found = KINDS.get(machine.abi() or "")
    if found is None:
        raise MissingToolError(
            "Debian's tools for Android run on Linux only", remedy="sideload bundle --new FOLDER"
        )
    return found

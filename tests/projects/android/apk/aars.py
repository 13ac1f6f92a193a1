"""Files with the shape of the libraries that runtimes have for Android, of what runs here.

The classes are the real ones; native code is for the machine that runs the tests, and a phone could
not load it.
"""

import hashlib
import io
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from sideload.errors import ToolError
from sideload.host import cache, files, java, maven, process
from tests.bindings import kotlin_tools
from tests.requires import require

ONNXRUNTIME: Final = "onnxruntime-android-1.28.0.aar"
EXECUTORCH: Final = "executorch-android-1.5.1.aar"
HERE: Final = "x86_64"
DESKTOP: Final = "ai/onnxruntime/native/linux-x64/"
RULES: Final = b"-keep class org.pytorch.executorch.** { *; }\n"


def has_tools() -> None:
    """Skip where an app cannot be made; the rest is fetched."""
    try:
        java.home()
    except ToolError as error:
        require(condition=False, reason=str(error))
    require(process.find("mvn") is not None, f"Maven is not installed: {maven.INSTALL}")


def onnxruntime() -> Path:
    """ONNX Runtime's, from its jar for desktops."""
    place = _folder("onnxruntime", b"1") / ONNXRUNTIME
    if not place.is_file():
        (jar,) = kotlin_tools.jars("onnxruntime")
        with zipfile.ZipFile(jar) as held:
            classes = {n: held.read(n) for n in held.namelist() if n.endswith(".class")}
            natives = {
                f"jni/{HERE}/{Path(name).name}": held.read(name)
                for name in held.namelist()
                if name.startswith(DESKTOP) and name.endswith(".so")
            }
        write(place, {"classes.jar": zipped(classes), **natives})
    return place


def executorch() -> Path:
    """ExecuTorch's, from the classes that stand for it in tests of bindings; no native code."""
    source = kotlin_tools.SOURCES / "ExecuTorch.kt"
    place = _folder("executorch", source.read_bytes()) / EXECUTORCH
    if not place.is_file():
        with tempfile.TemporaryDirectory(prefix="sideload-") as name:
            folder = kotlin_tools.compiled([source], [], Path(name) / "classes")
            classes = {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in folder.rglob("*.class")
            }
        write(place, {"classes.jar": zipped(classes), "proguard.txt": RULES})
    return place


def zipped(entries: dict[str, bytes]) -> bytes:
    """A zip file with that in it."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return memory.getvalue()


def write(path: Path, entries: dict[str, bytes]) -> Path:
    """A zip file with that in it, at `path`, whole or not at all."""
    files.write_bytes(path, zipped(entries))
    return path


def javac(source: str, name: str, folder: Path, *against: Path) -> Path:
    """A jar with the classes of one Java source."""
    files.write_text(folder / f"{name}.java", source)
    argv: list[str | Path] = [java.home() / "bin" / "javac", "--release", "8"]
    argv += ["-cp", os.pathsep.join(map(str, against))]
    argv += ["-d", folder / "out", folder / f"{name}.java"]
    subprocess.run(argv, check=True, timeout=120, capture_output=True)
    found = (folder / "out").rglob("*.class")
    entries = {path.relative_to(folder / "out").as_posix(): path.read_bytes() for path in found}
    return write(folder / f"{name}.jar", entries)


def _folder(name: str, content: bytes) -> Path:
    digest = hashlib.sha256(content).hexdigest()[:16]
    return files.new_folder(cache.folder("test-aars") / f"{name}-{digest}")

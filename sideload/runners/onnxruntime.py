"""The runner of ONNX Runtime, against the shared library inside its wheel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sideload.errors import MissingPackageError
from sideload.host import files
from sideload.runners import Runner, _build, _operators, _ortprofile, _wheel
from sideload.values import PayloadFile

PACKAGE: Final = "onnxruntime"
PROGRAM: Final = "sideload-onnxruntime"
# The program looks the library up by this name; the wheel's file has the whole version behind it.
SONAME: Final = "libonnxruntime.so.1"


class OnnxRuntimeRunner:
    """Runs an `.onnx` on the CPU."""

    def payload(self, abi: str) -> tuple[PayloadFile, ...]:
        """The program and the one library that it opens."""
        library = files.ref(_library(_wheel.folder(PACKAGE)))
        # It is looked up by name at run time, so another release of it is no other program.
        recipe = _build.Recipe(
            runtime="onnxruntime", program=PROGRAM, link=("-Wl,-rpath,$ORIGIN", "-ldl")
        )
        program = _build.program(recipe, abi)
        return (
            PayloadFile(name=PROGRAM, file=program, executable=True),
            PayloadFile(name=SONAME, file=library),
        )

    def command(self) -> tuple[str, ...]:
        """The program itself."""
        return (f"./{PROGRAM}",)

    def environment(self) -> Mapping[str, str]:
        """Where the library is; and it is to send nothing home, which the program also says."""
        return {"LD_LIBRARY_PATH": "{folder}", "ORT_DISABLE_TELEMETRY": "1"}

    def operators(self, profile: Path) -> tuple[Mapping[str, Any], ...]:
        """Rows of a profile.

        Raises:
            RunnerError: It is no profile, truncated, or corrupt.
            HostFileError: The file cannot be read.
        """
        data = files.read_bytes(profile, limit_bytes=_operators.LIMIT_BYTES)
        return _operators.rows(_ortprofile.read(data))


def _library(folder: Path) -> Path:
    found = sorted((folder / "capi").glob(f"{SONAME}.*"))
    if not found:
        raise MissingPackageError(f"{PACKAGE} (a version with {SONAME})", PACKAGE)
    return found[-1]


ADAPTER: Final[Runner] = OnnxRuntimeRunner()

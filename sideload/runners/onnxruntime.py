"""The runner of ONNX Runtime, against the shared library inside its wheel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sideload.host import files
from sideload.runners import Assembly, Place, Runner, _assembly, _build, _operators, _ortprofile
from sideload.values import FileRef

PACKAGE: Final = "onnxruntime"
PROGRAM: Final = "sideload-onnxruntime"
# The program looks the library up by this name; the wheel's file has the whole version behind it.
SONAME: Final = "libonnxruntime.so.1"


def recipe(headers: Path, folder: Path, libraries: tuple[FileRef, ...]) -> _build.Recipe:
    """How the program is compiled: it looks its library up by name, so any release will do."""
    del headers, folder, libraries
    return _build.Recipe(
        runtime="onnxruntime", program=PROGRAM, link=("-Wl,-rpath,$ORIGIN", "-ldl")
    )


RUNTIME: Final = _assembly.Runtime(
    package=PACKAGE,
    program=PROGRAM,
    inside="capi",
    # Built for Android it has no version in its name.
    libraries={SONAME: (f"{SONAME}.*", "libonnxruntime.so")},
    recipe=recipe,
    # It is to send nothing home, which the program also says.
    variables={"ORT_DISABLE_TELEMETRY": "1"},
)


class OnnxRuntimeRunner:
    """Runs an `.onnx` on the CPU."""

    def assemble(self, place: Place) -> Assembly:
        """The program and the one library that it opens."""
        return _assembly.assemble(RUNTIME, place)

    def operators(self, profile: Path) -> tuple[Mapping[str, Any], ...]:
        """Rows of a profile.

        Raises:
            RunnerError: It is no profile, truncated, or corrupt.
            HostFileError: The file cannot be read.
        """
        data = files.read_bytes(profile, limit_bytes=_operators.LIMIT_BYTES)
        return _operators.rows(_ortprofile.read(data))


ADAPTER: Final[Runner] = OnnxRuntimeRunner()

"""The runner of ExecuTorch, against the C++ SDK inside its wheel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sideload.host import files
from sideload.runners import Runner, _build, _etdump, _operators, _wheel
from sideload.values import FileRef, PayloadFile

PACKAGE: Final = "executorch"
PROGRAM: Final = "sideload-executorch"
# In the order that the linker wants. Kernels and backends register themselves when they are loaded,
# so each is linked although nothing calls it.
LIBRARIES: Final = (
    "executorch",
    "executorch_kernels_optimized",
    "executorch_kernels_quantized",
    "executorch_backend_xnnpack",
    "executorch_threadpool",
    "executorch_etdump",
)
DEFINITIONS: Final = (
    "-DC10_USING_CUSTOM_GENERATED_MACROS",
    "-DET_EVENT_TRACER_ENABLED",
    "-DET_USE_THREADPOOL",
)
VENDORED: Final = Path("executorch/runtime/core/portable_type/c10")


class ExecuTorchRunner:
    """Runs a `.pte` on XNNPACK and the wheel's kernels."""

    def payload(self, abi: str) -> tuple[PayloadFile, ...]:
        """The program and the six libraries that it is linked to."""
        folder = _wheel.folder(PACKAGE)
        names = [f"lib{name}.so" for name in LIBRARIES]
        libraries = [files.ref(_wheel.library(folder / "lib" / name, PACKAGE)) for name in names]
        program = _build.program(_recipe(folder, libraries), abi)
        return (
            PayloadFile(name=PROGRAM, file=program, executable=True),
            *(PayloadFile(name=file.path.name, file=file) for file in libraries),
        )

    def command(self) -> tuple[str, ...]:
        """The program itself."""
        return (f"./{PROGRAM}",)

    def environment(self) -> Mapping[str, str]:
        """Where the libraries are."""
        return {"LD_LIBRARY_PATH": "{folder}"}

    def operators(self, profile: Path) -> tuple[Mapping[str, Any], ...]:
        """Rows of an ETDump.

        Raises:
            RunnerError: It is no ETDump, truncated, or corrupt.
            HostFileError: The file cannot be read.
        """
        data = files.read_bytes(profile, limit_bytes=_operators.LIMIT_BYTES)
        return _operators.rows(_etdump.read(data, delegate="xnnpack"))


def _recipe(folder: Path, libraries: list[FileRef]) -> _build.Recipe:
    include = folder / "include"
    return _build.Recipe(
        runtime="executorch",
        program=PROGRAM,
        definitions=(*DEFINITIONS, f'-DRUNTIME_VERSION="{_wheel.version(PACKAGE)}"'),
        headers=(include, include / VENDORED),
        link=(
            f"-L{folder / 'lib'}",
            "-Wl,-rpath,$ORIGIN",
            "-Wl,--no-as-needed",
            *(f"-l{name}" for name in LIBRARIES),
        ),
        libraries=tuple(libraries),
    )


ADAPTER: Final[Runner] = ExecuTorchRunner()

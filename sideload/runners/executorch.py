"""The runner of ExecuTorch, against the C++ SDK inside its wheel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sideload.host import files
from sideload.runners import Assembly, Place, Runner, _assembly, _build, _etdump, _operators, _wheel
from sideload.values import FileRef

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


def recipe(headers: Path, folder: Path, libraries: tuple[FileRef, ...]) -> _build.Recipe:
    """How the program is compiled, against libraries in `folder`."""
    return _build.Recipe(
        runtime="executorch",
        program=PROGRAM,
        definitions=(*DEFINITIONS, f'-DRUNTIME_VERSION="{_wheel.version(PACKAGE)}"'),
        headers=(headers, headers / VENDORED),
        link=(
            f"-L{folder}",
            "-Wl,-rpath,$ORIGIN",
            "-Wl,--no-as-needed",
            *(f"-l{name}" for name in LIBRARIES),
        ),
        libraries=libraries,
    )


RUNTIME: Final = _assembly.Runtime(
    package=PACKAGE,
    program=PROGRAM,
    inside="lib",
    libraries={f"lib{name}.so": (f"lib{name}.so",) for name in LIBRARIES},
    recipe=recipe,
)


class ExecuTorchRunner:
    """Runs a `.pte` on XNNPACK and the wheel's kernels."""

    def assemble(self, place: Place) -> Assembly:
        """The program and the six libraries that it is linked to."""
        return _assembly.assemble(RUNTIME, place)

    def operators(self, profile: Path) -> tuple[Mapping[str, Any], ...]:
        """Rows of an ETDump.

        Raises:
            RunnerError: It is no ETDump, truncated, or corrupt.
            HostFileError: The file cannot be read.
        """
        data = files.read_bytes(profile, limit_bytes=_operators.LIMIT_BYTES)
        return _operators.rows(_etdump.read(data, delegate="xnnpack"))


ADAPTER: Final[Runner] = ExecuTorchRunner()

"""What generated Kotlin costs beside hand-written calls of the same runtime, and to compile.

Both are in one program on the JVM: over ONNX Runtime's own library, and over ExecuTorch's C++ SDK
through the tests' own native half of its Android API, which both pass through.
"""

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks._bindings import bound
from tests.benchmarks.harness import figure
from tests.bindings import kotlin_tools

NATIVE: Final = Path(__file__).parent / "native" / "kotlin"
MODELS: Final = ("digits", "minilm")
FAST: Final = 1.01
CONVENIENT: Final = 1.05
COMPILES: Final = 5


@figure(
    name="digits on executorch in Kotlin, arrays, times by hand",
    unit="x",
    reach=CONVENIENT,
    better="lower",
)
def digits_on_executorch() -> Sequence[float]:
    """One prediction over arrays, generated to hand-written."""
    return _ratios("executorch", "digits", "arrays")


@figure(
    name="digits on executorch in Kotlin, buffers, times by hand",
    unit="x",
    reach=FAST,
    better="lower",
)
def digits_on_executorch_fast() -> Sequence[float]:
    """One run over buffers, generated to hand-written."""
    return _ratios("executorch", "digits", "fast")


@figure(
    name="digits on onnxruntime in Kotlin, arrays, times by hand",
    unit="x",
    reach=CONVENIENT,
    better="lower",
)
def digits_on_onnxruntime() -> Sequence[float]:
    """One prediction over arrays, generated to hand-written."""
    return _ratios("onnxruntime", "digits", "arrays")


@figure(
    name="digits on onnxruntime in Kotlin, buffers, times by hand",
    unit="x",
    reach=FAST,
    better="lower",
)
def digits_on_onnxruntime_fast() -> Sequence[float]:
    """One run over buffers, generated to hand-written."""
    return _ratios("onnxruntime", "digits", "fast")


@figure(
    name="minilm on executorch in Kotlin, arrays, times by hand",
    unit="x",
    reach=CONVENIENT,
    better="lower",
)
def minilm_on_executorch() -> Sequence[float]:
    """One prediction of 32 tokens over arrays, generated to hand-written."""
    return _ratios("executorch", "minilm", "arrays")


@figure(
    name="minilm on executorch in Kotlin, buffers, times by hand",
    unit="x",
    reach=FAST,
    better="lower",
)
def minilm_on_executorch_fast() -> Sequence[float]:
    """One run of 32 tokens over buffers, generated to hand-written."""
    return _ratios("executorch", "minilm", "fast")


@figure(
    name="minilm on onnxruntime in Kotlin, arrays, times by hand",
    unit="x",
    reach=CONVENIENT,
    better="lower",
)
def minilm_on_onnxruntime() -> Sequence[float]:
    """One prediction of 32 tokens over arrays, generated to hand-written."""
    return _ratios("onnxruntime", "minilm", "arrays")


@figure(
    name="minilm on onnxruntime in Kotlin, buffers, times by hand",
    unit="x",
    reach=FAST,
    better="lower",
)
def minilm_on_onnxruntime_fast() -> Sequence[float]:
    """One run of 32 tokens over buffers, generated to hand-written."""
    return _ratios("onnxruntime", "minilm", "fast")


@figure(name="compile of one binding in Kotlin", unit="s", reach=12.0, better="lower")
def compiled() -> Sequence[float]:
    """The binding and what all share, beside the runtime's own classes."""
    sources = _plain(bound("kotlin", MODELS)["onnxruntime", "digits"][1])
    runtime = kotlin_tools.jars("onnxruntime")
    seconds = []
    for _ in range(COMPILES):
        with tempfile.TemporaryDirectory(prefix="sideload-kotlin-") as folder:
            started = time.perf_counter()
            said = kotlin_tools.said(sources, runtime, Path(folder))
            seconds.append(time.perf_counter() - started)
        if said:
            raise RuntimeError(said)
    return seconds


def _ratios(runtime: str, model: str, form: str) -> list[float]:
    made = bound("kotlin", MODELS)
    own = {path.name: path for name in MODELS for path in _plain(made[runtime, name][1])}
    with tempfile.TemporaryDirectory(prefix="sideload-kotlin-") as temporary:
        folder = Path(temporary)
        sources = [*own.values(), NATIVE / "Duet.kt", _source(runtime, folder)]
        against = [] if runtime == "executorch" else [*kotlin_tools.jars("onnxruntime")]
        if runtime == "executorch":
            sources.append(kotlin_tools.SOURCES / "ExecuTorch.kt")
            kotlin_tools.native(folder)
        classes = kotlin_tools.compiled(sources, against, folder / "classes")
        arguments = [model, form, str(made[runtime, model][0])]
        said = kotlin_tools.run("benchmark.DuetKt", [classes, *against], arguments, folder)
    return [float(line) for line in said.split()]


def _plain(sources: Sequence[Path]) -> list[Path]:
    # Neither Android nor coroutines are there.
    return [path for path in sources if path.parent.name not in {"android", "coroutines"}]


def _source(runtime: str, folder: Path) -> Path:
    return Path(shutil.copyfile(NATIVE / f"{runtime}.kt", folder / "ByHand.kt"))

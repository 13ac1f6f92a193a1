"""What generated Swift costs beside hand-written calls of the same runtime, and to check.

Both are actors in one optimized program, over the C and C++ interfaces in the runtimes' wheels.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks._bindings import bound
from tests.benchmarks.harness import figure
from tests.bindings import swift_tools

NATIVE: Final = Path(__file__).parent / "native" / "swift"
MODELS: Final = ("digits", "minilm")
OPTIMIZE: Final = ("-O",)
DIAGNOSE: Final = ("-emit-sil", "-o", "/dev/null", "-primary-file")
CHECKS: Final = 9
REACH: Final = 1.01


@figure(name="digits on executorch in Swift, times by hand", unit="x", reach=REACH, better="lower")
def digits_on_executorch() -> Sequence[float]:
    """One prediction, generated to hand-written."""
    return _ratios("executorch", "digits")


@figure(name="digits on onnxruntime in Swift, times by hand", unit="x", reach=REACH, better="lower")
def digits_on_onnxruntime() -> Sequence[float]:
    """One prediction, generated to hand-written."""
    return _ratios("onnxruntime", "digits")


@figure(name="minilm on executorch in Swift, times by hand", unit="x", reach=REACH, better="lower")
def minilm_on_executorch() -> Sequence[float]:
    """One prediction of 32 tokens, generated to hand-written."""
    return _ratios("executorch", "minilm")


@figure(name="minilm on onnxruntime in Swift, times by hand", unit="x", reach=REACH, better="lower")
def minilm_on_onnxruntime() -> Sequence[float]:
    """One prediction of 32 tokens, generated to hand-written."""
    return _ratios("onnxruntime", "minilm")


@figure(name="type-check of one binding in Swift", unit="s", reach=1.0, better="lower")
def checked() -> Sequence[float]:
    """The binding itself, beside the file that all share, once the compiler has seen the system."""
    swift = swift_tools.fetched()
    _, sources = bound("swift", MODELS)["executorch", "digits"]
    seconds = []
    with tempfile.TemporaryDirectory(prefix="sideload-swift-") as folder:
        swift_tools.runtime_module(swift, "executorch", Path(folder))
        for _ in range(CHECKS):
            started = time.perf_counter()
            mode: list[str | Path] = [*DIAGNOSE, sources[0]]
            said = swift.frontend(mode, "SideloadModels", sources[1:], imports=Path(folder))
            seconds.append(time.perf_counter() - started)
            if said:
                raise RuntimeError(said)
    return seconds


def _ratios(runtime: str, model: str) -> list[float]:
    swift = swift_tools.fetched()
    made_of = bound("swift", MODELS)
    with tempfile.TemporaryDirectory(prefix="sideload-swift-") as temporary:
        folder = Path(temporary)
        parts = swift_tools.runtime_module(swift, runtime, folder, optimize=OPTIMIZE)
        sources = {path for name in MODELS for path in made_of[runtime, name][1]}
        # The file that all share is the same beside each model.
        named = sorted({path.name: path for path in sorted(sources)}.values())
        calls = [NATIVE / "Duet.swift", NATIVE / f"{runtime}.swift"]
        # In one module, as in an app, so that the compiler sees as much of the one as of the other.
        made = swift_tools.compiled(swift, "Duet", [*named, *calls], folder, optimize=OPTIMIZE)
        program = swift_tools.linked(swift, [*parts, made], folder / "duet")
        done = swift.start(program, [model, made_of[runtime, model][0]], folder)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    return [float(line) for line in done.stdout.split()]

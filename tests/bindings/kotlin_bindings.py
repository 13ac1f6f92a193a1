"""Generated Kotlin, compiled together with what calls it: once for each runtime."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sideload import languages
from tests.bindings import kotlin_tools, models
from tests.bindings.artifacts import DIGITS, artifact
from tests.bindings.binding import of_file
from tests.bindings.hostile_artifact import hostile
from tests.languages.hostile import LEAVERS, NAMES

KOTLIN: Final = languages.get("kotlin")
MODELS: Final = ("digits", "minilm", "carried")
# What a server has of a model that is only fetched, never loaded.
LARGE: Final = b"".join(number.to_bytes(3, "big") for number in range(100_000))


def on_onnxruntime(files: Mapping[str, Path], folder: Path) -> list[Path]:
    """The classes of everything for ONNX Runtime, and what they need to run."""
    runtime = kotlin_tools.jars("onnxruntime")
    sources = _sources(files, "onnxruntime", folder / "source")
    return [_compiled(sources, runtime, folder / "classes"), *runtime]


def on_executorch(files: Mapping[str, Path], folder: Path) -> list[Path]:
    """The same classes for ExecuTorch, and its own beside them."""
    sources = [*_sources(files, "executorch", folder / "source")]
    return [_compiled([*sources, kotlin_tools.SOURCES / "ExecuTorch.kt"], [], folder / "classes")]


def _compiled(sources: Sequence[Path], runtime: Sequence[Path], folder: Path) -> Path:
    # Android's own classes only tell whether types fit; nothing of them can run here.
    against = [*runtime, *kotlin_tools.jars("android")]
    return kotlin_tools.compiled(sources, against, folder)


def _sources(files: Mapping[str, Path], runtime: str, folder: Path) -> Sequence[Path]:
    """`Calls.kt`, the bindings of the models that it calls, and every hostile name."""
    for model in MODELS:
        KOTLIN.write(of_file(files[model], models.SIGNATURES[model], runtime, model), folder)
    for at in range(0, len(NAMES), 60):
        KOTLIN.write(hostile(NAMES[at : at + 60], runtime, f"hostile {at}"), folder)
    KOTLIN.write(artifact(DIGITS, runtime, model=f"leavers {' '.join(LEAVERS)}"), folder)
    large = folder.parent / "large.onnx"
    large.write_bytes(LARGE)
    KOTLIN.write(of_file(large, DIGITS, runtime, "large"), folder)
    return [*sorted(folder.rglob("*.kt")), kotlin_tools.SOURCES / "Calls.kt"]

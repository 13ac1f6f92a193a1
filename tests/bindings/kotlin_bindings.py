"""Generated Kotlin, compiled together with what calls it: once for each runtime.

`files` are those of one runtime in the fixture `jvm_files`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sideload import languages
from sideload.values import Artifact, Method, Signature
from tests.bindings import border, kotlin_tools, models
from tests.bindings.artifacts import DIGITS, artifact
from tests.bindings.binding import of_file
from tests.bindings.hostile_artifact import hostile
from tests.languages.hostile import LEAVERS, NAMES

SOURCES: Final = kotlin_tools.SOURCES
KOTLIN: Final = languages.get("kotlin")
MODELS: Final = ("digits", "minilm", "carried")
# What makes a file of ExecuTorch one of a later kind, or of a kernel that is nowhere.
NEXT_KIND: Final = (b"ET12", b"ET13")
UNKNOWN_KERNEL: Final = (b"aten::mul", b"aten::mux")
# What a server has of a model that is only fetched, never loaded.
LARGE: Final = b"".join(number.to_bytes(3, "big") for number in range(100_000))


def on_onnxruntime(files: Mapping[str, Path], folder: Path) -> list[Path]:
    """The classes of everything for ONNX Runtime, and what they need to run."""
    runtime = kotlin_tools.jars("onnxruntime")
    own = [
        of_file(files["awkward"], models.EVERY_DTYPE, "onnxruntime", "awkward"),
        of_file(
            border.write_numbers(folder / "numbers.onnx"), border.NUMBERS, "onnxruntime", "numbers"
        ),
        of_file(border.write_texts(folder / "texts.onnx"), border.TEXTS, "onnxruntime", "texts"),
        replace(of_file(files["digits"], DIGITS, "onnxruntime", "newer"), least_runtime="99.1"),
    ]
    sources = _sources(files, "onnxruntime", own, folder)
    return [_compiled([*sources, SOURCES / "BorderOnnxRuntime.kt"], runtime, folder), *runtime]


def on_executorch(files: Mapping[str, Path], folder: Path) -> list[Path]:
    """The same classes for ExecuTorch, and its own beside them."""
    content = files["digits"].read_bytes()
    (folder / "newer.pte").write_bytes(content.replace(*NEXT_KIND))
    (folder / "unlinked.pte").write_bytes(content.replace(*UNKNOWN_KERNEL))
    newer = of_file(folder / "newer.pte", DIGITS, "executorch", "newer")
    several = files["digits"].parent / "several.pte"
    own = [
        of_file(several, border.SEVERAL, "executorch", "several"),
        replace(newer, least_runtime="99.1"),
        of_file(folder / "unlinked.pte", DIGITS, "executorch", "unlinked"),
    ]
    sources = _sources(files, "executorch", own, folder)
    beside = [SOURCES / "BorderExecuTorch.kt", SOURCES / "ExecuTorch.kt"]
    return [_compiled([*sources, *beside], [], folder)]


def _compiled(sources: Sequence[Path], runtime: Sequence[Path], folder: Path) -> Path:
    # Android's own classes only tell whether types fit; nothing of them can run here.
    against = [*runtime, *kotlin_tools.jars("android")]
    return kotlin_tools.compiled(sources, against, folder / "classes")


def _sources(
    files: Mapping[str, Path], runtime: str, own: Sequence[Artifact], folder: Path
) -> Sequence[Path]:
    """`Calls.kt`, the bindings of the models that it calls, and every hostile name."""
    source = folder / "source"
    large = folder / "large.onnx"
    large.write_bytes(LARGE)
    leaving = DIGITS if runtime == "onnxruntime" else _with_methods(DIGITS, LEAVERS)
    described = [
        of_file(files["mobilenet_v2"], models.PICTURE, runtime, "mobilenet_v2"),
        *(of_file(files[model], models.SIGNATURES[model], runtime, model) for model in MODELS),
        *own,
        *(
            hostile(NAMES[at : at + 60], runtime, f"hostile {at}")
            for at in range(0, len(NAMES), 60)
        ),
        artifact(leaving, runtime, model=f"leavers {' '.join(LEAVERS)}"),
        of_file(large, DIGITS, runtime, "large"),
    ]
    for each in described:
        KOTLIN.write(each, source)
    calls = [SOURCES / "Calls.kt", SOURCES / "Coroutines.kt"]
    return [*sorted(source.rglob("*.kt")), *calls]


def _with_methods(signature: Signature, names: Sequence[str]) -> Signature:
    """That signature, with a method called by each of `names`."""
    three = (border.THREE,)
    methods = (Method(name=name, inputs=three, outputs=three) for name in names)
    return replace(signature, methods=tuple(methods))

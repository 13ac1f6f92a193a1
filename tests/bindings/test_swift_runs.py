"""Generated Swift is compiled in Swift 6 mode without a warning, and runs real files.

What has hostile names in every place is compiled with it, in one run of the compiler.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from sideload import languages
from sideload.values import Artifact, Dimension, Method, Signature, TensorSpec
from tests.bindings import border, models, swift_tools
from tests.bindings.artifacts import DIGITS, artifact
from tests.bindings.binding import of_file
from tests.bindings.hostile_artifact import hostile
from tests.bindings.swift_tools import Swift
from tests.languages.hostile import LEAVERS, NAMES

SWIFT: Final = languages.get("swift")
MODELS: Final = {
    "onnxruntime": ("digits", "minilm", "common"),
    "executorch": ("digits", "minilm", "common", "awkward"),
}
EXPECTED: Final = "expected digits{suffix} of {size} bytes with sha256 {sha256}"
SAID: Final = [
    f"missing: wrongFile: missing: {EXPECTED}, found no file",
    f"another: wrongFile: digits.0: {EXPECTED}, found 768 bytes ({{fault}})",
    f"damaged: wrongFile: digits.damaged: {EXPECTED}, found sha256 {{other}} ({{damaged}})",
    f"no resource: wrongFile: digits{{suffix}}: {EXPECTED}, found no file",
    "shape: [3, 10]",
    'best: ["nine nine 18.0", "eight eight 16.0"]',
    "no labels: 0",
    "too few: wrongInput: image has 192 elements instead of 128",
    "too many: wrongInput: batch is 9, not between 1 and 8",
    "from many tasks: 50 true",
    "not read again: {zeroed}",
    f"read again: wrongFile: digits.copy: {EXPECTED}, found sha256 {{zeros}} ({{damaged}})",
    "says its own shape: [3, 10]",
    "another dtype: runtimeFailed",
    "no batch: wrongInput: batch is 0, not between 1 and 8",
    "another length: wrongInput: attention_mask has 12 elements instead of 14",
    "scalar: 2.0",
]

OLDER: Final = "older than the file (error 35)"
UNLINKED: Final = "a kernel or backend is not linked, or too old: error 20"
ALONE: Final = {
    "onnxruntime": [
        'texts: ["yes!", "größe 🐈!", "!", "no!"] [2, 2] [1, 0, 0, 0]',
        "too many texts: wrongInput: words has 3 elements instead of 2",
        "too old: runtimeTooOld: onnxruntime is {version}, and the model needs 99.1 or newer",
    ],
    "executorch": [
        "scalar: 2.0",
        "methods: [2.0, 4.0, 6.0] [0.5, 1.0, 1.5]",
        "too few of a method: wrongInput: x has 2 elements instead of 3",
        f"too old: runtimeTooOld: executorch is {OLDER}, and the model needs 99.1 or newer",
        f"not linked: runtimeFailed: executorch cannot load the model, made with 1.5.1: {UNLINKED}",
    ],
}
# Of a file of nothing but zeros, one runtime says that it is of another kind than it knows.
ZEROED: Final = {"onnxruntime": "runtimeFailed", "executorch": "runtimeTooOld"}
NEXT_KIND: Final = (b"ET12", b"ET13")
UNKNOWN_KERNEL: Final = (b"aten::mul", b"aten::mux")


@pytest.fixture(scope="module")
def swift() -> Swift:
    return swift_tools.toolchain()


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    for model in MODELS["executorch"]:
        for at, array in enumerate(models.inputs(model)):
            (tmp_path / f"{model}.{at}").write_bytes(array.tobytes())
    return tmp_path


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Those of `names` that Swift's strings can tell apart; others are refused."""
    return tuple({unicodedata.normalize("NFC", name): name for name in names}.values())


def otherwise(shape: tuple[int | Dimension, ...], dtype: str) -> Signature:
    """That of the digits, but for its output."""
    output = TensorSpec(name="logits", dtype=dtype, shape=shape)
    return Signature(inputs=DIGITS.inputs, outputs=(output,))


def with_methods(signature: Signature, names: Sequence[str]) -> Signature:
    """That signature, with a method called by each of `names`."""
    methods = (Method(name=name, inputs=(border.THREE,), outputs=(border.THREE,)) for name in names)
    return replace(signature, methods=tuple(methods))


def sources(files: Mapping[str, Path], runtime: str, folder: Path) -> Sequence[Path]:
    """The bindings that `Calls.swift` calls, and every hostile name."""
    for model in MODELS[runtime]:
        SWIFT.write(of_file(files[model], models.SIGNATURES[model], runtime, model), folder)
    rows = Dimension(name="rows", min=0, max=None)
    for model, dtype in {"open": "float32", "wrong": "int32"}.items():
        signature = otherwise((rows, 10), dtype)
        SWIFT.write(of_file(files["digits"], signature, runtime, model), folder)
    for at in range(0, len(NAMES), 60):
        names = told_apart(NAMES[at : at + 60])
        SWIFT.write(hostile(names, runtime, f"hostile {at}"), folder)
    leaving = DIGITS if runtime == "onnxruntime" else with_methods(DIGITS, LEAVERS)
    SWIFT.write(artifact(leaving, runtime, model=f"leavers {' '.join(LEAVERS)}"), folder)
    alone = alone_executorch if runtime == "executorch" else alone_onnxruntime
    for made in alone(files, folder.parent):
        SWIFT.write(made, folder)
    return sorted(folder.glob("*.swift"))


def alone_executorch(files: Mapping[str, Path], folder: Path) -> Sequence[Artifact]:
    """A file of several methods, one of a later kind, and one with a kernel that is not there."""
    content = files["digits"].read_bytes()
    (folder / "newer.pte").write_bytes(content.replace(*NEXT_KIND))
    (folder / "unlinked.pte").write_bytes(content.replace(*UNKNOWN_KERNEL))
    newer = of_file(folder / "newer.pte", DIGITS, "executorch", "newer")
    return [
        of_file(files["digits"].parent / "several.pte", border.SEVERAL, "executorch", "several"),
        replace(newer, least_runtime="99.1"),
        of_file(folder / "unlinked.pte", DIGITS, "executorch", "unlinked"),
    ]


def alone_onnxruntime(files: Mapping[str, Path], folder: Path) -> Sequence[Artifact]:
    """A file of texts, and one that only a later runtime could read."""
    texts = border.write_texts(folder / "texts.onnx")
    newer = of_file(files["digits"], DIGITS, "onnxruntime", "newer")
    return [
        of_file(texts, border.TEXTS, "onnxruntime", "texts"),
        replace(newer, least_runtime="99.1"),
    ]


def program(swift: Swift, runtime: str, files: Mapping[str, Path], folder: Path) -> Path:
    """`Calls.swift`, linked with the generated module, the runtime's, and the runtime."""
    parts = swift_tools.runtime_module(swift, runtime, folder)
    written = sources(files, runtime, folder / "source")
    library = swift_tools.compiled(swift, "SideloadModels", written, folder)
    others = "Awkward.swift" if runtime == "executorch" else "Texts.swift"
    calls = [swift_tools.SOURCES / name for name in ("Calls.swift", others)]
    called = swift_tools.compiled(swift, "Calls", calls, folder)
    return swift_tools.linked(swift, [*parts, library, called], folder / "calls")


def check(said: str, runtime: str, file: Path, folder: Path) -> None:
    described = of_file(file, models.SIGNATURES["digits"], runtime, "digits").file
    other = of_file(folder / "digits.damaged", models.SIGNATURES["digits"], runtime, "digits").file
    fault = f"{'cut short' if described.size_bytes > 768 else 'too long'}, or another model"
    facts = {"size": described.size_bytes, "sha256": described.sha256, "fault": fault}
    facts |= {"suffix": file.suffix, "other": other.sha256}
    zeros = hashlib.sha256(bytes(described.size_bytes)).hexdigest()
    facts |= {"damaged": "damaged, or another model", "zeros": zeros}
    facts |= {"zeroed": ZEROED[runtime], "version": metadata.version("onnxruntime")}
    expected = [*SAID, *ALONE[runtime]]

    assert said.splitlines() == [line.format(**facts) for line in expected]
    for model in MODELS[runtime]:
        for at, right in enumerate(models.ANSWERS[model](*models.inputs(model))):
            answer = (folder / f"{model}.out.{at}").read_bytes()
            assert np.array_equal(np.frombuffer(answer, right.dtype).reshape(right.shape), right)


@pytest.mark.parametrize("runtime", MODELS)
def test_the_same_calls_answer_as_numpy_does(
    swift: Swift, runtime: str, request: pytest.FixtureRequest, inputs: Path
) -> None:
    suffix = {"executorch": "pte", "onnxruntime": "onnx"}[runtime]
    files: Mapping[str, Path] = request.getfixturevalue(f"{suffix}_files")
    content = files["digits"].read_bytes()
    (inputs / "digits.damaged").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    calls = program(swift, runtime, files, inputs)

    done = swift.start(calls, [inputs, files["digits"].parent, suffix], inputs)

    assert done.returncode == 0, done.stderr[-4000:]
    check(done.stdout, runtime, files["digits"], inputs)

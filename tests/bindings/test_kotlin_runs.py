"""Generated Kotlin is compiled without a warning, and runs real files on the real runtimes.

What has hostile names in every place is compiled with it, in one run of the compiler.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from tests.bindings import kotlin_tools, models
from tests.bindings.binding import of_file
from tests.bindings.kotlin_bindings import MODELS, on_executorch, on_onnxruntime

EXPECTED: Final = "expected digits{suffix} of {size} bytes with sha256 {sha256}"
SAID: Final = [
    f"missing: WrongModelFileException: missing: {EXPECTED}, found no file",
    f"another: WrongModelFileException: digits.0: {EXPECTED}, found 768 bytes ({{fault}})",
    "shape: [3, 10]",
    "best: [NINE nine 18.0, EIGHT eight 16.0]",
    "too few: WrongInputException: image has 192 elements instead of 128",
    "too many: WrongInputException: batch is 9, not between 1 and 8",
    "no buffers: WrongInputException: batch is 0, not between 1 and 8",
    "no labels: WrongInputException: top(0) asks for no label",
    "fast form: true",
    "closed buffers: ModelClosedException: the buffers were closed",
    f"closed in between: {['ModelClosedException'] * 4}".replace("'", ""),
    "closed: ModelClosedException: the model was closed",
    "closed above: ModelClosedException: the model was closed",
    "not read again: {zeroed}",
    "read again: WrongModelFileException",
    "no batch: WrongInputException: batch is 0, not between 1 and 8",
    "another length: WrongInputException: attention_mask has 12 elements instead of 14",
    "single: 2.0",
    "picture: [1, 1000] true",
]
NEEDS: Final = "and the model needs 99.1 or newer"
UNLINKED: Final = (
    "executorch cannot load the model, made with 1.5.1: load_method failed with error 20"
)
ALONE: Final = {
    ".onnx": [
        "not: [false, true] [2]",
        "twice: [16384, 17408] [600, -4] [2, -2] 8.0",
        "single values: [true, 15360, 1.5, 0.1, -3] 1099511627776 -1",
        "in buffers: 1 0.2",
        "texts: [yes!, größe 🐈!, !, no!] [2, 2] [1, 0, 0, 0]",
        "too many texts: WrongInputException: words has 3 elements instead of 2",
        f"too old: RuntimeTooOldException: onnxruntime is 1.28.0, {NEEDS}",
    ],
    ".pte": [
        "methods: [2.0, 4.0, 6.0] [0.5, 1.0, 1.5]",
        "too few of a method: WrongInputException: x has 2 elements instead of 3",
        "in buffers: 0.25 0.75",
        f"too old: RuntimeTooOldException: executorch is older than the file (error 35), {NEEDS}",
        f"not linked: RuntimeFailedException: {UNLINKED}",
    ],
}


def check(said: str, file: Path, folder: Path) -> None:
    described = of_file(file, models.SIGNATURES["digits"], "executorch", "digits").file
    fault = f"{'cut short' if described.size_bytes > 768 else 'too long'}, or another model"
    # Of a file of nothing but zeros, one runtime says that it is of another kind than it knows.
    zeroed = f"Runtime{'Failed' if file.suffix == '.onnx' else 'TooOld'}Exception"
    facts = {
        "zeroed": zeroed,
        "size": described.size_bytes,
        "sha256": described.sha256,
        "fault": fault,
    }

    assert (
        said.splitlines()
        == [line.format(suffix=file.suffix, **facts) for line in SAID] + ALONE[file.suffix]
    )
    for model in MODELS:
        for at, right in enumerate(models.ANSWERS[model](*models.inputs(model))):
            answer = (folder / f"{model}.out.{at}").read_bytes()
            assert np.array_equal(np.frombuffer(answer, right.dtype).reshape(right.shape), right)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    for model in MODELS:
        for at, array in enumerate(models.inputs(model)):
            (tmp_path / f"{model}.{at}").write_bytes(array.tobytes())
    return tmp_path


def check_picture(pictures: Path, suffix: str, folder: Path) -> None:
    ours, python = (
        np.fromfile(path, np.float32)
        for path in (folder / "picture.out", pictures / f"{suffix}.answer")
    )

    assert np.abs(python).max() > 0.1
    assert np.abs(ours - python).max() <= 1e-6 * np.abs(python).max()


def test_on_onnxruntime_it_answers_as_python_does(
    jvm_files: Mapping[str, Mapping[str, Path]], pictures: Path, inputs: Path
) -> None:
    files = jvm_files["onnxruntime"]
    classes = on_onnxruntime(files, inputs)
    arguments = [str(inputs), str(files["digits"].parent), "onnx", str(pictures)]

    said = kotlin_tools.run("caller.CallsKt", classes, arguments, inputs)

    check(said, files["digits"], inputs)
    check_picture(pictures, "onnx", inputs)


def test_on_executorch_the_same_calls_answer_the_same(
    jvm_files: Mapping[str, Mapping[str, Path]], pictures: Path, inputs: Path
) -> None:
    files = jvm_files["executorch"]
    classes = on_executorch(files, inputs)
    arguments = [str(inputs), str(files["digits"].parent), "pte", str(pictures)]

    said = kotlin_tools.run("caller.CallsKt", classes, arguments, kotlin_tools.native(inputs))

    check(said, files["digits"], inputs)
    check_picture(pictures, "pte", inputs)

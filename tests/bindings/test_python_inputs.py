"""What a generated class says of inputs that do not fit, and what it makes of answers."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.bindings.binding import Module

IMAGE = np.zeros((1, 1, 8, 8), dtype=np.float32)
IDS = np.ones((2, 7), dtype=np.int64)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (IMAGE.astype(np.float64), "float32 with 4 axes, found an array of float64"),
        (IMAGE.astype(">f4"), "found an array of >f4"),
        (IMAGE[0], r"found 3 axes, shape \(1, 8, 8\)"),
        (IMAGE.tolist(), "found list"),
        (None, "found NoneType"),
        (np.float32(1), "found float32"),
        (IMAGE[:, :, :7], "axis 2 of 'image' has 7 elements instead of 8"),
        (IMAGE[:0], r"axis 0 of 'image' \(batch\) has 0 elements, not at least 1 and at most 8"),
        (np.repeat(IMAGE, 9, axis=0), "has 9 elements, not at least 1 and at most 8"),
    ],
)
def test_an_input_that_does_not_fit_is_refused_by_name(
    onnx_bindings: Mapping[str, Module], onnx_files: Mapping[str, Path], image: object, said: str
) -> None:
    module = onnx_bindings["digits"]

    with (
        module.Digits(onnx_files["digits"]) as model,
        pytest.raises(module.WrongInputError, match=said) as caught,
    ):
        model.predict(image)

    assert "try: " in str(caught.value)


def test_inputs_that_disagree_on_an_axis_are_refused_with_both_places(
    onnx_bindings: Mapping[str, Module], onnx_files: Mapping[str, Path]
) -> None:
    module = onnx_bindings["minilm"]
    said = (
        r"axis 1 of 'attention_mask' \(sequence\) has 6 elements, "
        "but axis 1 of 'input_ids' has 7"
    )

    with (
        module.Minilm(onnx_files["minilm"]) as model,
        pytest.raises(module.WrongInputError, match=said),
    ):
        model.predict(IDS, IDS[:, :6])


def test_a_closed_model_says_so_and_may_be_closed_again(
    onnx_bindings: Mapping[str, Module], onnx_files: Mapping[str, Path]
) -> None:
    module = onnx_bindings["digits"]
    model = module.Digits(onnx_files["digits"])
    model.close()
    model.close()

    with pytest.raises(module.ModelClosedError, match="closed"):
        model.predict(IMAGE)


def test_no_threads_are_refused(
    onnx_bindings: Mapping[str, Module], onnx_files: Mapping[str, Path]
) -> None:
    module = onnx_bindings["digits"]

    with pytest.raises(module.WrongInputError, match="threads=0"):
        module.Digits(onnx_files["digits"], threads=0)


def test_the_best_labels_of_each_row_come_first_and_nan_comes_last(
    onnx_bindings: Mapping[str, Module],
) -> None:
    module = onnx_bindings["digits"]
    logits = np.zeros((2, 10), dtype=np.float32)
    logits[0, 3], logits[0, 4] = 2, np.nan
    logits[1, 9], logits[1, 0] = 1, 5
    output = module.DigitsOutput(logits=logits)

    first, second = output.top(2)

    assert [(label.name, label.text, score) for label, score in first] == [
        ("THREE", "three", 2.0),
        ("ZERO", "zero", 0.0),
    ]
    assert [int(label) for label, _ in second] == [0, 9]
    assert output.top(99)[0][-1].label is module.DigitsLabel.FOUR


def test_top_of_nothing_is_refused(onnx_bindings: Mapping[str, Module]) -> None:
    module = onnx_bindings["digits"]
    output = module.DigitsOutput(logits=np.zeros((1, 10), dtype=np.float32))

    with pytest.raises(module.WrongInputError, match="asks for no label"):
        output.top(0)

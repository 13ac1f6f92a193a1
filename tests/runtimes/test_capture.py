import numpy as np
import pytest
import torch

from sideload.errors import CaptureError, OpenAxisError, SourceError
from sideload.runtimes._capture import capture
from sideload.values import Dimension, TensorSpec
from tests.runtimes import toys
from tests.runtimes.lowering import captured


class OnlyTwelve(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.reshape(-1, 12) * 2


class Shifting(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.shape[1] == 2:
            return x
        return x[:, 2:] + x[:, :-2]


class Branching(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.sum() > 0:
            return x
        return -x


class ThroughNumpy(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(np.sqrt(x.numpy()))


class Looping(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for _ in range(int(x.sum())):
            x = x * 2
        return x


class NotOnlyTensors(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, int]:
        return x * 2, 7


class Squares(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ x.transpose(0, 1)


def rows(*shape: int) -> dict[str, np.ndarray]:
    return {"x": np.ones(shape, np.float32)}


def test_a_signature_has_the_names_of_the_subject_and_its_open_axes() -> None:
    signature = captured("text").signature

    axes = (toys.BATCH, toys.SEQUENCE)
    assert signature.inputs == (
        TensorSpec(name="ids", dtype="int64", shape=axes),
        TensorSpec(name="mask", dtype="int64", shape=axes),
    )
    assert signature.outputs == (
        TensorSpec(name="embedding", dtype="float32", shape=(toys.BATCH, toys.WIDTH)),
    )


def test_nested_outputs_are_named_after_the_way_to_them() -> None:
    outputs = captured("odd").signature.outputs

    assert [(spec.name, spec.dtype) for spec in outputs] == [
        ("linear", "float32"),
        ("again", "float32"),
        ("same", "float32"),
        ("nested_table", "float32"),
        ("nested_positive", "bool"),
        ("nested_kept", "bool"),
        ("counts_0", "int64"),
        ("counts_1", "int32"),
    ]


def test_a_size_that_is_computed_from_open_axes_says_how() -> None:
    dynamic = {"x": {0: Dimension(name="rows", min=2, max=8)}}
    found = capture(toys.subject(Squares, rows(3, 5), dynamic=dynamic))

    shape = found.signature.outputs[0].shape
    assert shape == (Dimension(name="rows", min=2, max=8),) * 2


def test_an_example_of_one_row_still_leaves_the_batch_open() -> None:
    found = capture(toys.subject(Squares, rows(1, 5), dynamic={"x": {0: toys.BATCH}}))

    assert found.signature.inputs[0].shape[0] == toys.BATCH
    assert found.notes == ()


def test_capturing_leaves_the_random_state_and_the_grad_mode_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()

    capture(toys.picture(dynamic=False))

    assert torch.equal(torch.get_rng_state(), before)
    assert torch.is_grad_enabled()


def test_an_axis_that_the_model_pins_is_fixed_with_a_note() -> None:
    width = {"x": {1: Dimension(name="width", min=2, max=32)}}
    found = capture(toys.subject(OnlyTwelve, rows(4, 12), dynamic=width))

    assert found.signature.inputs[0].shape == (4, 12)
    assert any("fixed" in note for note in found.notes)


def test_a_model_that_needs_a_few_elements_gets_a_higher_minimum() -> None:
    dynamic = {"x": {1: Dimension(name="width", min=2, max=32)}}
    found = capture(toys.subject(Shifting, rows(2, 12), dynamic=dynamic))

    assert found.signature.inputs[0].shape[1] == Dimension(name="width", min=4, max=32)
    assert found.notes == ("width is at least 4: the model does not take less",)


def test_samples_that_no_longer_fit_are_left_out() -> None:
    width = {"x": {1: Dimension(name="width", min=2, max=32)}}
    samples = (rows(4, 12), rows(4, 24))
    found = capture(toys.subject(OnlyTwelve, rows(4, 12), dynamic=width, samples=samples))

    assert [sample["x"].shape for sample in found.subject.evaluation] == [(4, 12)]


def test_a_model_whose_samples_all_need_the_open_axis_is_refused() -> None:
    width = {"x": {1: Dimension(name="width", min=2, max=32)}}
    subject = toys.subject(OnlyTwelve, rows(4, 12), dynamic=width, samples=(rows(4, 24),))

    with pytest.raises(OpenAxisError, match="none of its evaluation inputs"):
        capture(subject)


@pytest.mark.parametrize(
    ("build", "line", "cure"),
    [
        (Branching, "if x.sum() > 0:", "replace a Python `if`"),
        (Looping, "for _ in range(int(x.sum())):", "replace a Python `if`, `int()`"),
    ],
    ids=["branch", "loop"],
)
def test_a_model_that_cannot_be_captured_shows_its_line_and_the_cure(
    build: type[torch.nn.Module], line: str, cure: str
) -> None:
    with pytest.raises(CaptureError) as caught:
        capture(toys.subject(build, rows(2, 3)))

    assert "test_capture.py:" in str(caught.value)
    assert line in str(caught.value)
    assert cure in caught.value.remedy


def test_a_model_that_leaves_torch_is_read_from_its_bytecode() -> None:
    found = capture(toys.subject(ThroughNumpy, rows(2, 3)))

    assert found.signature.outputs[0].shape == (2, 3)


def test_an_output_that_is_no_tensor_is_refused_with_its_place() -> None:
    with pytest.raises(SourceError, match="output 'output_1' is the constant 7"):
        capture(toys.subject(NotOnlyTensors, rows(2, 3)))


def test_each_output_needs_one_name() -> None:
    with pytest.raises(SourceError, match="has 1 outputs, but 2 names: a, b"):
        capture(toys.subject(Squares, rows(2, 3), outputs=("a", "b")))

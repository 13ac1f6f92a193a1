from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from sideload import runtimes
from sideload.errors import DelegationError, InputsError, LoweringError, SchemeError
from sideload.measure import limits, parity
from sideload.runtimes import _executorch_file as pte
from sideload.runtimes._capture import capture
from sideload.runtimes._executorch_file import Port
from sideload.values import Dimension
from tests.requires import require
from tests.runtimes import toys
from tests.runtimes.lowering import Workshop, captured, lower_and_load, named

EXECUTORCH = runtimes.get("executorch")


class Cube(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convolution = torch.nn.Conv3d(1, 2, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.convolution(x)
        return answer


class Along(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convolution = torch.nn.Conv1d(4, 8, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.convolution(x).relu().unsqueeze(-1) * 2
        return answer


class Normed(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convolution = torch.nn.utils.parametrizations.weight_norm(torch.nn.Conv1d(4, 8, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.convolution(x)
        return answer


class Sliced(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(12, 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.linear(x, self.weight[4:8]) + 1


class Tabled(torch.nn.Module):
    """Learns a bias from a constant table that it changes in place, as position biases do."""

    def __init__(self) -> None:
        super().__init__()
        self.linear, self.bias = torch.nn.Linear(4, 4), torch.nn.Linear(3, 4)
        self.table: torch.Tensor
        self.register_buffer("table", torch.arange(6.0).reshape(2, 3), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        steps = torch.tensor([1.0, 2.0, 3.0])
        steps += 1
        answer: torch.Tensor = self.linear(x) + self.bias(self.table * steps)
        return answer


class Unfolding(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convolution = torch.nn.Conv2d(4, 4, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        patches = torch.nn.functional.unfold(x, 2, stride=2).reshape(-1, 4, 4, 16)
        hidden: torch.Tensor = self.convolution(patches)
        return hidden + 1


class TwoPrecisions(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.linear(x) @ torch.full((4, 4), 0.5, dtype=torch.float32)
        return answer


def floats(*shape: int, seed: int = 0) -> dict[str, np.ndarray]:
    return {"x": np.random.default_rng(seed).normal(size=shape).astype(np.float32)}


@pytest.mark.parametrize(
    ("toy", "scheme"),
    [
        ("text", "float32"),
        ("fixed text", "float16"),
        ("text", "pt2e_dynamic"),
        ("fixed text", "pt2e_dynamic_emb8"),
        ("fixed text", "8da8w"),
        ("fixed text", "8da8w_emb8"),
        ("fixed text", "8da4w"),
        ("fixed text", "8da4w_emb8"),
        ("fixed text", "8da4w_emb4"),
        ("picture", "float32"),
        ("picture", "pt2e_static"),
        ("odd", "float32"),
        ("odd", "float16"),
    ],
)
def test_each_scheme_answers_as_pytorch_does(workshop: Workshop, toy: str, scheme: str) -> None:
    made = workshop.make("executorch", toy, scheme)

    precision = named("executorch", scheme).precision
    parity.check(made.parity, limits.default(precision), subject=f"{toy} at {scheme}")


def test_lowering_leaves_the_captured_program_as_it_was(workshop: Workshop) -> None:
    workshop.make("executorch", "picture", "pt2e_static")
    again = EXECUTORCH.lower(
        captured("picture"),
        named("executorch", "float32"),
        "xnnpack",
        workshop.make("executorch", "picture", "float32").lowered.path.with_name("again.pte"),
    )

    first = workshop.make("executorch", "picture", "float32").lowered.path
    assert again.path.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("build", [Sliced, Tabled], ids=["slice", "table"])
def test_folding_constants_leaves_the_captured_program_as_it_was(
    build: type[torch.nn.Module], tmp_path: Path
) -> None:
    subject = toys.subject(build, floats(2, 4))
    found = capture(replace(subject, calibration=(subject.examples,)))
    for scheme in ("float32", "pt2e_dynamic", "float32"):
        EXECUTORCH.lower(found, named("executorch", scheme), "xnnpack", tmp_path / scheme)

    call = EXECUTORCH.load(tmp_path / "float32", found.signature)
    assert call is not None
    wanted = subject.module(torch.from_numpy(subject.examples["x"])).detach().numpy()
    np.testing.assert_allclose(call(subject.examples)[0], wanted, atol=1e-5)


def test_half_precision_keeps_float32_at_the_border(workshop: Workshop) -> None:
    found = pte.methods(workshop.make("executorch", "odd", "float16").lowered.path)["forward"]

    assert found.inputs[0] == Port(dtype="float32", shape=(2, 4))
    assert found.outputs[0] == Port(dtype="float32", shape=(2, 3))


@pytest.mark.parametrize(
    ("build", "shape"),
    [
        (lambda: torch.nn.LayerNorm(384, eps=1e-12), (3, 384)),
        (lambda: torch.nn.GroupNorm(2, 8), (3, 8, 16, 16)),
    ],
    ids=["layer", "group"],
)
def test_wide_normalisation_is_right_in_half_precision(
    build: Callable[[], torch.nn.Module], shape: tuple[int, ...], tmp_path: Path
) -> None:
    small = {"x": floats(*shape)["x"] / 20}
    subject = toys.subject(build, small)
    call = lower_and_load("executorch", subject, tmp_path / "a.pte", "float16")

    wanted = subject.module(torch.from_numpy(small["x"])).detach().numpy()
    np.testing.assert_allclose(call(small)[0], wanted, atol=0.01)


def test_embeddings_in_four_bits_are_smaller_than_in_eight(workshop: Workshop) -> None:
    four, eight, none = (
        workshop.make("executorch", "fixed text", scheme).lowered.path.stat().st_size
        for scheme in ("8da4w_emb4", "8da4w_emb8", "8da4w")
    )

    assert four < eight < none


def test_what_xnnpack_took_is_counted(workshop: Workshop) -> None:
    delegation = workshop.make("executorch", "picture", "float32").lowered.delegation

    assert delegation is not None
    assert delegation.backends == ("XnnpackBackend",)
    assert delegation.delegated >= 4
    assert delegation.portable_operators == {"aten.mean.dim": 1}


def test_a_convolution_that_xnnpack_refuses_fails_the_gate_by_name(tmp_path: Path) -> None:
    found = capture(toys.subject(Cube, floats(1, 1, 4, 4, 4)))

    with pytest.raises(DelegationError, match=r"toy at float32: xnnpack left 1 × aten.conv"):
        EXECUTORCH.lower(found, named("executorch", "float32"), "xnnpack", tmp_path / "a.pte")

    assert not (tmp_path / "a.pte").exists()


def test_convolutions_over_two_open_axes_are_delegated_all_the_same(tmp_path: Path) -> None:
    axes = {0: toys.BATCH, 2: Dimension(name="time", min=4, max=64)}
    subject = toys.subject(Along, floats(2, 4, 10), dynamic={"x": axes})
    call = lower_and_load("executorch", subject, tmp_path / "a.pte")

    sample = floats(3, 4, 17)
    wanted = subject.module(torch.from_numpy(sample["x"])).detach().numpy()
    np.testing.assert_allclose(call(sample)[0], wanted, atol=1e-5)


def test_quantised_patches_load(tmp_path: Path) -> None:
    subject = toys.subject(Unfolding, floats(1, 4, 8, 8))
    subject = replace(subject, calibration=(subject.examples,))
    call = lower_and_load("executorch", subject, tmp_path / "a.pte", "pt2e_static")

    wanted = subject.module(torch.from_numpy(subject.examples["x"])).detach().numpy()
    np.testing.assert_allclose(call(subject.examples)[0], wanted, atol=0.1)


@pytest.mark.parametrize(
    ("build", "shape"), [(Normed, (1, 4, 9)), (Sliced, (2, 4))], ids=["norm", "slice"]
)
def test_weights_that_are_computed_become_constants(
    build: type[torch.nn.Module], shape: tuple[int, ...], tmp_path: Path
) -> None:
    subject = toys.subject(build, floats(*shape))
    call = lower_and_load("executorch", subject, tmp_path / "a.pte")

    wanted = subject.module(torch.from_numpy(subject.examples["x"])).detach().numpy()
    np.testing.assert_allclose(call(subject.examples)[0], wanted, atol=1e-5)


# coremltools leaves a temporary folder to the garbage collector, which says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("backend", "delegate", "scheme"),
    [("vulkan", "VulkanBackend", "float16"), ("coreml", "CoreMLBackend", "float32")],
)
def test_files_for_phones_hold_their_delegate_and_do_not_run_here(
    backend: str, delegate: str, scheme: str, tmp_path: Path
) -> None:
    if backend == "coreml":
        require(find_spec("coremltools") is not None, "pip install 'sideload[coreml]'")
    path = tmp_path / "a.pte"
    found = captured("picture")
    lowered = EXECUTORCH.lower(found, named("executorch", scheme), backend, path)

    assert pte.methods(path)["forward"].backends == {delegate}
    assert lowered.notes == (f"{backend} cannot run on this machine: checked by structure only",)
    assert EXECUTORCH.load(path, lowered.signature) is None


def test_quantised_schemes_are_refused_for_other_backends(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="pt2e_static quantises for XNNPACK") as caught:
        EXECUTORCH.lower(
            captured("picture"), named("executorch", "pt2e_static"), "coreml", tmp_path / "a.pte"
        )

    assert "float16 with coreml" in caught.value.remedy


def test_an_unknown_backend_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="no backend called 'qnn'") as caught:
        EXECUTORCH.lower(
            captured("picture"), named("executorch", "float32"), "qnn", tmp_path / "a.pte"
        )

    assert "xnnpack, coreml, vulkan" in caught.value.remedy


@pytest.mark.parametrize(
    ("toy", "scheme", "reason"),
    [
        ("odd", "pt2e_static", "brings no calibration inputs"),
        ("picture", "8da4w", "finds nothing to quantise in toy"),
        ("picture", "8da8w_emb8", "torch.nn.Embedding, and toy has none"),
    ],
)
def test_a_scheme_that_would_change_nothing_is_refused(
    toy: str, scheme: str, reason: str, tmp_path: Path
) -> None:
    found = captured(toy)
    bare = replace(found, subject=replace(found.subject, calibration=())) if toy == "odd" else found

    with pytest.raises(SchemeError, match=reason):
        EXECUTORCH.lower(bare, named("executorch", scheme), "xnnpack", tmp_path / "a.pte")


def test_a_model_that_fixes_its_precision_is_refused_at_half(tmp_path: Path) -> None:
    found = capture(toys.subject(TwoPrecisions, floats(2, 4)))

    with pytest.raises(SchemeError, match="cannot be computed in half precision"):
        EXECUTORCH.lower(found, named("executorch", "float16"), "xnnpack", tmp_path / "a.pte")


@pytest.mark.parametrize(
    ("toy", "asked", "names"),
    [
        ("text", "int8", ["pt2e_dynamic_emb8", "pt2e_dynamic", "8da8w"]),
        ("picture", "int8", ["pt2e_static"]),
        ("text", "int4", ["8da4w_emb8", "8da4w"]),
        ("picture", "float32", ["float32"]),
        ("picture", "8da4w", ["8da4w"]),
    ],
)
def test_a_precision_means_the_schemes_that_suit_the_model(
    toy: str, asked: str, names: list[str]
) -> None:
    assert [scheme.name for scheme in EXECUTORCH.candidates(captured(toy), asked)] == names


def test_convolutions_without_calibration_inputs_are_refused() -> None:
    found = captured("picture")
    bare = replace(found, subject=replace(found.subject, calibration=()))

    with pytest.raises(SchemeError, match="convolutions, which need calibration inputs"):
        EXECUTORCH.candidates(bare, "int8")


def test_an_onnx_file_is_refused_with_the_runtime_that_takes_it() -> None:
    subject = replace(captured("picture").subject, onnx_file=Path("a.onnx"), module=None)
    found = replace(captured("picture"), subject=subject, program=None)

    with pytest.raises(SchemeError, match="is an ONNX file") as caught:
        EXECUTORCH.candidates(found, "int8")

    assert caught.value.remedy.startswith("--runtime onnxruntime")


def test_sizes_beyond_the_range_are_refused_with_the_shapes(workshop: Workshop) -> None:
    made = workshop.make("executorch", "picture", "float32").lowered
    call = EXECUTORCH.load(made.path, made.signature)
    assert call is not None

    with pytest.raises(InputsError, match=r"image \[9, 1, 8, 8\]"):
        call({"image": np.zeros((9, 1, 8, 8), np.float32)})


def test_what_executorch_itself_refuses_is_told_with_its_reason(tmp_path: Path) -> None:
    class Counting(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.histc(x, bins=4)

    found = capture(toys.subject(Counting, floats(2, 4)))

    with pytest.raises(LoweringError, match="histc"):
        EXECUTORCH.lower(found, named("executorch", "float32"), "xnnpack", tmp_path / "a.pte")

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from sideload import runtimes
from sideload.errors import InputsError, LoweringError, SchemeError
from sideload.measure import limits, parity
from sideload.runtimes._capture import capture
from tests.runtimes import toys
from tests.runtimes.lowering import Workshop, captured, lower_and_load, named

ONNXRUNTIME = runtimes.get("onnxruntime")
SCHEMES = (
    "float32",
    "float16",
    "dynamic",
    "qdq_static",
    "qdq_static_heavy",
    "matmul_nbits_8",
    "matmul_nbits_4",
)
# Weights of 32 × 32 in blocks of 32 lose more than those of real models do.
LOOSE = replace(limits.default("int4"), cosine=0.98)
DETERMINISM = """
import hashlib, sys, tempfile
from pathlib import Path
from sideload import runtimes
from tests.runtimes.lowering import captured, named
adapter = runtimes.get("onnxruntime")
with tempfile.TemporaryDirectory() as folder:
    for scheme in sys.argv[1:]:
        path = Path(folder) / "a.onnx"
        adapter.lower(captured("text"), named("onnxruntime", scheme), "cpu", path)
        print(scheme, hashlib.sha256(path.read_bytes()).hexdigest())
"""


class Colliding(torch.nn.Module):
    """Has nodes inside that the exporter calls like the outputs that are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(8, 4)
        self.linear = torch.nn.Linear(4, 4)

    def forward(self, linear: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        inner = self.embedding(linear)
        return self.linear(inner) * 2, inner.sum(1)


def operators(path: Path) -> Counter[str]:
    return Counter(node.op_type for node in onnx.load(path).graph.node)


def stamps(path: Path) -> dict[str, str]:
    return {entry.key: entry.value for entry in onnx.load(path).metadata_props}


@pytest.mark.parametrize(
    ("toy", "scheme"),
    [
        *(("text", scheme) for scheme in SCHEMES),
        *(("picture", scheme) for scheme in SCHEMES[:5]),
        ("odd", "float32"),
        ("odd", "float16"),
    ],
)
def test_each_scheme_answers_as_pytorch_does(workshop: Workshop, toy: str, scheme: str) -> None:
    made = workshop.make("onnxruntime", toy, scheme)

    allowed = LOOSE if "nbits" in scheme else limits.default(named("onnxruntime", scheme).precision)
    parity.check(made.parity, allowed, subject=f"{toy} at {scheme}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_file_passes_the_full_checker(workshop: Workshop, scheme: str) -> None:
    path = workshop.make("onnxruntime", "text", scheme).lowered.path

    onnx.checker.check_model(path, full_check=True)


@pytest.mark.parametrize(
    ("scheme", "operator"),
    [
        ("dynamic", "MatMulInteger"),
        ("qdq_static", "QuantizeLinear"),
        ("matmul_nbits_8", "MatMulNBits"),
        ("matmul_nbits_4", "GatherBlockQuantized"),
    ],
)
def test_a_quantised_file_holds_quantised_operators(
    workshop: Workshop, scheme: str, operator: str
) -> None:
    assert operators(workshop.make("onnxruntime", "text", scheme).lowered.path)[operator] >= 1


def test_convolutions_are_never_quantised_at_run_time(workshop: Workshop) -> None:
    found = operators(workshop.make("onnxruntime", "picture", "dynamic").lowered.path)

    assert found["ConvInteger"] == 0
    assert found["Conv"] == 2


def test_names_and_open_axes_are_those_of_the_signature(workshop: Workshop) -> None:
    graph = onnx.load(workshop.make("onnxruntime", "text", "dynamic").lowered.path).graph

    def axes(port: onnx.ValueInfoProto) -> list[str | int]:
        return [dim.dim_param or dim.dim_value for dim in port.type.tensor_type.shape.dim]

    assert {port.name: axes(port) for port in [*graph.input, *graph.output]} == {
        "ids": ["batch", "sequence"],
        "mask": ["batch", "sequence"],
        "embedding": ["batch", toys.WIDTH],
    }


@pytest.mark.parametrize("scheme", ["float32", "float16", "dynamic"])
def test_outputs_may_be_called_like_nodes_inside(scheme: str, tmp_path: Path) -> None:
    names = ("embedding", "mul")
    example = {"linear": np.array([[1, 2, 3]])}
    subject = toys.subject(Colliding, example, outputs=names)
    call = lower_and_load("onnxruntime", subject, tmp_path / "a.onnx", scheme)

    with torch.no_grad():
        wanted = subject.module(torch.from_numpy(example["linear"]))
    for answer, right in zip(call(example), wanted, strict=True):
        np.testing.assert_allclose(answer, right.numpy(), atol=0.05)


def test_inputs_that_are_not_used_stay_inputs(workshop: Workshop) -> None:
    graph = onnx.load(workshop.make("onnxruntime", "odd", "float32").lowered.path).graph

    assert [port.name for port in graph.input] == ["x", "unused", "flags", "count"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_of_this_machine_is_in_the_file(workshop: Workshop, scheme: str) -> None:
    content = workshop.make("onnxruntime", "text", scheme).lowered.path.read_bytes()

    for trace in (str(Path(__file__).parent), "site-packages", ".py", "stack_trace"):
        assert trace.encode() not in content


def test_the_file_says_what_it_is(workshop: Workshop) -> None:
    found = stamps(workshop.make("onnxruntime", "text", "dynamic").lowered.path)

    signature = json.loads(found["sideload.signature"])
    assert (found["sideload.model"], found["sideload.scheme"]) == ("toy", "dynamic")
    assert signature["inputs"][0] == {
        "name": "ids",
        "dtype": "int64",
        "shape": [
            {"name": "batch", "min": 1, "max": 8},
            {"name": "sequence", "min": 2, "max": 32},
        ],
    }


def test_the_digest_is_of_the_content_and_not_of_the_name(tmp_path: Path) -> None:
    found = captured("picture")
    digests = []
    for name in ("one", "two"):
        renamed = replace(found, subject=replace(found.subject, name=name))
        ONNXRUNTIME.lower(renamed, named("onnxruntime", "float32"), "cpu", tmp_path / name)
        digests.append(stamps(tmp_path / name)["sideload.digest"])

    assert digests[0] == digests[1]


def test_the_same_model_gives_the_same_bytes_in_every_process(workshop: Workshop) -> None:
    here = {
        scheme: hashlib.sha256(
            workshop.make("onnxruntime", "text", scheme).lowered.path.read_bytes()
        ).hexdigest()
        for scheme in SCHEMES
    }
    shown = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DETERMINISM, *SCHEMES],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    ).stdout

    assert dict(line.split() for line in shown.splitlines() if line.split()[0] in here) == here


def test_importing_the_runtime_switches_its_telemetry_off(tmp_path: Path) -> None:
    bare = {k: v for k, v in os.environ.items() if k not in {"ORT_DISABLE_TELEMETRY", "CI"}}
    subprocess.run(
        [sys.executable, "-c", "import sideload.runtimes.onnxruntime, onnxruntime"],
        env={**bare, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
        check=True,
        timeout=120,
    )

    assert list(tmp_path.rglob("*onnxruntime*")) == []


@pytest.mark.parametrize(
    ("toy", "asked", "names"),
    [
        ("text", "int8", ["dynamic", "matmul_nbits_8", "qdq_static_heavy"]),
        ("picture", "int8", ["qdq_static", "qdq_static_heavy"]),
        ("text", "int4", ["matmul_nbits_4"]),
        ("picture", "dynamic", ["dynamic"]),
    ],
)
def test_a_precision_means_the_schemes_that_suit_the_model(
    toy: str, asked: str, names: list[str]
) -> None:
    assert [scheme.name for scheme in ONNXRUNTIME.candidates(captured(toy), asked)] == names


def test_convolutions_without_calibration_inputs_are_refused() -> None:
    found = captured("picture")
    bare = replace(found, subject=replace(found.subject, calibration=()))

    with pytest.raises(SchemeError, match="convolutions, which need calibration inputs"):
        ONNXRUNTIME.candidates(bare, "int8")


@pytest.mark.parametrize("scheme", ["dynamic", "matmul_nbits_8", "matmul_nbits_4"])
def test_a_scheme_that_would_change_nothing_is_refused(scheme: str, tmp_path: Path) -> None:
    class Doubling(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * 2

    found = capture(toys.subject(Doubling, {"x": np.ones((2, 3), np.float32)}))

    with pytest.raises(SchemeError, match=f"{scheme} finds nothing to quantise in toy"):
        ONNXRUNTIME.lower(found, named("onnxruntime", scheme), "cpu", tmp_path / "a.onnx")


def test_static_ranges_need_calibration_inputs(tmp_path: Path) -> None:
    found = captured("picture")
    bare = replace(found, subject=replace(found.subject, calibration=()))

    with pytest.raises(SchemeError, match="brings no calibration inputs"):
        ONNXRUNTIME.lower(bare, named("onnxruntime", "qdq_static"), "cpu", tmp_path / "a.onnx")


def test_wrong_inputs_are_refused_with_what_was_given(workshop: Workshop) -> None:
    made = workshop.make("onnxruntime", "text", "float32").lowered
    call = ONNXRUNTIME.load(made.path, made.signature)
    assert call is not None
    ids = np.ones((1, 4), np.int32)

    with pytest.raises(InputsError, match=r"ids int32\[1, 4\]"):
        call({"ids": ids, "mask": ids})


def test_an_operator_without_an_onnx_form_is_named(tmp_path: Path) -> None:
    class Spectrum(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            answer: torch.Tensor = torch.special.bessel_j0(x)
            return answer

    found = capture(toys.subject(Spectrum, {"x": np.ones((2, 3), np.float32)}))

    with pytest.raises(LoweringError, match="bessel_j0"):
        ONNXRUNTIME.lower(found, named("onnxruntime", "float32"), "cpu", tmp_path / "a.onnx")

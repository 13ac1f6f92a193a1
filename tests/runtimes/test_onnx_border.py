"""The border of ONNX files that exist: casts, texts, and which versions read them."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from sideload import runtimes
from sideload.runtimes import Captured, _onnx_least
from sideload.runtimes._capture import capture
from sideload.sources import _casts
from sideload.values import Artifact, Signature, Subject, TensorSpec
from sideload.worker.job import Job
from sideload.worker.lowering import lower
from sideload.worker.session import Session
from tests.bindings import border
from tests.bindings.binding import written
from tests.runtimes.lowering import named

CASTS: Final = {"bool": "uint8", "float16": "float32", "float64": "float32"}


def made(file: Path, casts: dict[str, str], into: Path, precision: str = "float32") -> Artifact:
    into.mkdir()
    job = Job(
        source="onnx",
        spec=str(file),
        model=file.stem,
        runtime="onnxruntime",
        precision=precision,
        backend="cpu",
        dynamic=True,
        folder=into,
        key="k",
        casts=casts,
    )
    return lower(Session(), job, lambda _: None)


def test_only_what_a_language_cannot_carry_is_cast_and_all_names_stay(tmp_path: Path) -> None:
    file = border.write_numbers(tmp_path / "numbers.onnx")

    artifact = made(file, CASTS, tmp_path / "made")

    inputs = {spec.name: (spec.dtype, spec.inside) for spec in artifact.signature.inputs}
    assert inputs == {
        name: (CASTS[dtype], dtype) if dtype in CASTS else (dtype, "")
        for name, dtype in border.KINDS.items()
    }
    graph = onnx.load(artifact.file.path).graph
    assert Counter(node.op_type for node in graph.node)["Cast"] == 2 * len(CASTS)
    assert [port.name for port in graph.output] == [spec.name for spec in border.NUMBERS.outputs]
    with written(artifact, tmp_path).Numbers(artifact.file.path) as model:
        answer = model.predict(
            flag=1, half=0.1, ratio=0.5, exact=0.1, tiny=-1, count=2**40, byte=255
        )
    assert answer.same_flag == 1
    assert answer.same_half == float(np.float16(0.1))
    assert answer.same_exact == float(np.float32(0.1))
    assert (answer.same_tiny, answer.same_count, answer.same_byte) == (-1, 2**40, 255)


def test_an_input_that_comes_out_as_it_is_and_a_constant_are_cast_once(tmp_path: Path) -> None:
    flag = helper.make_tensor_value_info("flag", TensorProto.BOOL, [2])
    always = helper.make_tensor_value_info("always", TensorProto.BOOL, [2])
    off = helper.make_tensor_value_info("off", TensorProto.BOOL, [2])
    constant = helper.make_tensor("always", TensorProto.BOOL, [2], [True, False])
    nodes = [
        helper.make_node("Not", ["flag"], ["not"]),
        helper.make_node("And", ["not", "always"], ["off"]),
    ]
    graph = helper.make_graph(nodes, "odd", [flag], [flag, always, off], [constant])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    file = tmp_path / "odd.onnx"
    file.write_bytes(model.SerializeToString())
    captured = _captured(file, CASTS)
    runtime = runtimes.get("onnxruntime")

    path = tmp_path / "out.onnx"
    lowered = runtime.lower(captured, named("onnxruntime", "float32"), "cpu", path)
    call = runtime.load(path, lowered.signature)

    assert call is not None
    answers = call({"flag": np.array([0, 1], np.uint8)})
    assert [answer.tolist() for answer in answers] == [[0, 1], [1, 0], [1, 0]]
    assert {answer.dtype for answer in answers} == {np.dtype(np.uint8)}


def _captured(file: Path, casts: dict[str, str]) -> Captured:
    flags = {"flag": np.array([False, True])}
    subject = Subject(name="odd", module=None, examples=flags, evaluation=(flags,), onnx_file=file)
    found = capture(subject)
    return replace(found, signature=_casts.told(found.signature, subject, casts))


def test_texts_go_all_the_way_and_a_wrong_one_counts(tmp_path: Path) -> None:
    artifact = made(border.write_texts(tmp_path / "texts.onnx"), CASTS, tmp_path / "made")

    assert artifact.parity is not None
    assert artifact.parity.cosine == 1.0
    assert artifact.parity.max_abs_error == 0.0
    assert [spec.dtype for spec in artifact.signature.inputs] == ["string", "string"]
    assert artifact.samples is not None
    with written(artifact, tmp_path).Texts(artifact.file.path) as model:
        answer = model.predict(np.array([["yes", "größe"]]), "?")
    assert answer.joined.tolist() == [["yes?", "größe?"]]
    assert answer.known.tolist() == [[1, 0]]


def test_a_table_of_what_cannot_be_cast_leaves_it_to_the_binding(tmp_path: Path) -> None:
    signature = Signature(
        inputs=(TensorSpec(name="a", dtype="string", shape=()),),
        outputs=(TensorSpec(name="b", dtype="bool", shape=()),),
    )
    subject = Subject(name="m", module=None, examples={}, onnx_file=tmp_path)

    told = _casts.told(signature, subject, CASTS)

    assert told.inputs == signature.inputs
    assert told.outputs == (TensorSpec(name="b", dtype="uint8", shape=(), inside="bool"),)


@pytest.mark.parametrize(
    ("opset", "ir", "nodes", "least"),
    [
        (20, 10, [], "1.20"),
        (21, 10, [], "1.20"),
        (22, 10, [], "1.22"),
        (21, 11, [], "1.23"),
        (24, 10, [], "1.24"),
        (26, 13, [], "1.27"),
        (27, 13, [], ""),
        (20, 10, [("MatMulNBits", {"bits": 4})], "1.20"),
        (20, 10, [("MatMulNBits", {"bits": 8})], "1.22"),
        (20, 10, [("GatherBlockQuantized", {})], "1.20"),
        (20, 10, [("GatherBlockQuantized", {"bits": 4})], "1.23"),
    ],
)
def test_the_oldest_version_that_reads_a_file_is_known_by_what_is_in_it(
    opset: int, ir: int, nodes: list[tuple[str, dict[str, Any]]], least: str
) -> None:
    made = [helper.make_node(kind, ["x"], ["y"], **attributes) for kind, attributes in nodes]
    branch = helper.make_graph(made, "inside", [], [])
    node = helper.make_node("If", ["x"], ["y"], then_branch=branch)
    graph = helper.make_graph([node], "outside", [], [])
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]

    found = _onnx_least.version(helper.make_model(graph, opset_imports=opsets, ir_version=ir))

    assert found == least

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from sideload import runtimes
from sideload.errors import ArtifactCheckError, BadModelFileError
from sideload.runtimes import _onnx_write
from sideload.runtimes._capture import capture
from sideload.values import Dimension, Signature, Subject, TensorSpec
from tests.runtimes.lowering import Workshop, named

ONNXRUNTIME = runtimes.get("onnxruntime")
NOTHING = Signature(inputs=(), outputs=())
WEIGHT = np.random.default_rng(0).normal(size=(64, 64)).astype(np.float32)


def existing(path: Path, *, opset: int = 20, external: bool = False) -> Subject:
    """A product with a constant, as somebody else's exporter would write it."""
    graph = helper.make_graph(
        [
            helper.make_node(
                "MatMul", ["input:0", "w"], ["y"], doc_string="/build/of/somebody/net.py"
            )
        ],
        "main",
        [helper.make_tensor_value_info("input:0", TensorProto.FLOAT, ["N", 64])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [0, 64])],
        [numpy_helper.from_array(WEIGHT, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    helper.set_model_props(model, {"author": "somebody"})
    onnx.save_model(
        model, path, save_as_external_data=external, location="weights.bin", size_threshold=0
    )
    sample = {"input:0": np.random.default_rng(1).normal(size=(3, 64)).astype(np.float32)}
    return Subject(
        name="given",
        module=None,
        examples=sample,
        calibration=(sample,),
        evaluation=(sample,),
        data="seeded arrays",
        onnx_file=path,
    )


def answer(subject: Subject, scheme: str, path: Path) -> np.ndarray:
    found = capture(subject)
    lowered = ONNXRUNTIME.lower(found, named("onnxruntime", scheme), "cpu", path)
    call = ONNXRUNTIME.load(path, lowered.signature)
    assert call is not None
    return call(subject.evaluation[0])[0]


def test_the_signature_is_read_from_the_file_and_open_sizes_get_names(tmp_path: Path) -> None:
    found = capture(existing(tmp_path / "given.onnx"))

    rows = Dimension(name="N", min=1, max=None)
    assert found.program is None
    assert found.signature.inputs == (
        TensorSpec(name="input:0", dtype="float32", shape=(rows, 64)),
    )
    assert found.signature.outputs[0].shape == (Dimension(name="y_0", min=1, max=None), 64)


@pytest.mark.parametrize("opset", [9, 13, 20])
@pytest.mark.parametrize(
    "scheme", ["float32", "float16", "dynamic", "qdq_static_heavy", "matmul_nbits_8"]
)
def test_an_existing_file_goes_through_the_same_schemes(
    opset: int, scheme: str, tmp_path: Path
) -> None:
    subject = existing(tmp_path / "given.onnx", opset=opset)
    got = answer(subject, scheme, tmp_path / "out.onnx")

    np.testing.assert_allclose(got, subject.evaluation[0]["input:0"] @ WEIGHT, atol=0.6)


def test_weights_in_another_file_are_brought_in(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    subject = existing(tmp_path / "from" / "given.onnx", external=True)
    got = answer(subject, "float32", tmp_path / "out.onnx")

    np.testing.assert_allclose(got, subject.evaluation[0]["input:0"] @ WEIGHT, atol=1e-3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["from", "out.onnx"]


def test_what_the_author_wrote_stays_and_paths_go(tmp_path: Path) -> None:
    answer(existing(tmp_path / "given.onnx"), "float32", tmp_path / "out.onnx")

    content = (tmp_path / "out.onnx").read_bytes()
    assert b"somebody" in content
    assert b"/build/of/somebody" not in content


@pytest.mark.parametrize("content", [b"", b"garbage" * 99, bytes(4096)])
def test_what_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(content)

    with pytest.raises(BadModelFileError, match=r"a\.onnx does not load"):
        ONNXRUNTIME.load(path, NOTHING)


def test_a_truncated_model_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    good = workshop.make("onnxruntime", "text", "float32").lowered.path.read_bytes()
    path = tmp_path / "a.onnx"
    path.write_bytes(good[: len(good) // 2])

    with pytest.raises(BadModelFileError, match=r"a\.onnx does not load"):
        ONNXRUNTIME.load(path, NOTHING)


def test_a_tensor_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    existing(path)
    model = onnx.load(path)
    model.graph.initializer[0].dims[:] = [2**40, 2**20]
    path.write_bytes(model.SerializeToString())

    with pytest.raises(BadModelFileError):
        ONNXRUNTIME.load(path, NOTHING)


def test_two_values_of_one_name_fail_the_checker(tmp_path: Path) -> None:
    existing(tmp_path / "a.onnx")
    model = onnx.load(tmp_path / "a.onnx")
    model.graph.node.append(helper.make_node("Relu", ["input:0"], ["y"]))

    with pytest.raises(ArtifactCheckError, match="does not pass ONNX's checker"):
        _onnx_write.write(
            model, tmp_path / "b.onnx", name="toy", scheme="float32", signature=NOTHING
        )


def test_a_model_too_large_for_one_file_keeps_its_weights_beside(tmp_path: Path) -> None:
    existing(tmp_path / "a.onnx")
    path = tmp_path / "b.onnx"
    beside = _onnx_write.write(
        onnx.load(tmp_path / "a.onnx"),
        path,
        name="toy",
        scheme="float32",
        signature=NOTHING,
        largest_bytes=4096,
    )

    call = ONNXRUNTIME.load(path, capture(existing(tmp_path / "a.onnx")).signature)
    assert [file.name for file in beside] == ["b.onnx.data"]
    assert path.stat().st_size < 4096
    assert call is not None
    np.testing.assert_allclose(
        call({"input:0": np.ones((1, 64), np.float32)})[0], WEIGHT.sum(0)[None], atol=1e-3
    )

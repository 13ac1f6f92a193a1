import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from sideload import sources
from sideload.errors import BadModelFileError, SourceError
from sideload.values import Dimension, Subject

WEIGHTS = np.arange(12, dtype=np.float32).reshape(4, 3)
SHAPE = ("batch", 4)


def written(
    path: Path,
    *,
    ir: int = 8,
    opset: int = 17,
    shape: Sequence[Any] | None = SHAPE,
    dtype: int = TensorProto.FLOAT,
    nodes: Sequence[Any] = (),
    external: str = "",
) -> Path:
    """A file of a matrix product and a softmax, or of `nodes` from `x` to `z`."""
    made = nodes or [
        helper.make_node("MatMul", ["x", "w"], ["y"]),
        helper.make_node("Softmax", ["y"], ["z"]),
    ]
    rank = len(shape or SHAPE)
    graph = helper.make_graph(
        made,
        "g",
        [helper.make_tensor_value_info("x", dtype, shape)],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, [f"z{n}" for n in range(rank)])],
        [numpy_helper.from_array(WEIGHTS, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = ir
    onnx.save(
        model,
        path,
        save_as_external_data=bool(external),
        location=external or None,
        size_threshold=0,
    )
    return path


def load(path: Path, *, dynamic: bool = True) -> Subject:
    return sources.get("onnx").load(str(path), dynamic=dynamic)


def test_a_file_that_phones_read_is_taken_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path / "a.onnx")
    subject = load(path)

    assert subject.module is None
    assert subject.onnx_file == path
    assert subject.output_names == ("z",)
    assert subject.dynamic == {"x": {0: Dimension(name="batch", min=1, max=None)}}
    assert subject.examples["x"].shape == (2, 4)


def test_what_its_inputs_are_is_said(tmp_path: Path) -> None:
    subject = load(written(tmp_path / "a.onnx"), dynamic=False)

    assert "made up" in subject.data
    assert "--inputs" in subject.data
    assert subject.examples["x"].shape == (1, 4)
    assert len({sample["x"].tobytes() for sample in subject.evaluation}) == len(subject.evaluation)


def test_an_input_that_looks_like_a_picture_gets_photographs(tmp_path: Path) -> None:
    nodes = [helper.make_node("Relu", ["x"], ["z"])]
    subject = load(written(tmp_path / "a.onnx", shape=(1, 3, 32, 32), nodes=nodes))
    picture = subject.evaluation[0]["x"]

    assert picture.shape == (1, 3, 32, 32)
    assert 0 <= picture.min() < picture.max() <= 1
    assert np.corrcoef(picture[..., 1:].ravel(), picture[..., :-1].ravel())[0, 1] > 0.8


@pytest.mark.parametrize(("ir", "opset"), [(14, 20), (12, 23), (13, 24)])
def test_a_newer_file_is_brought_down_and_answers_the_same(
    tmp_path: Path, ir: int, opset: int
) -> None:
    path = written(tmp_path / "a.onnx", ir=ir, opset=opset)
    subject = load(path)
    copy = onnx.load(str(subject.onnx_file))

    assert subject.onnx_file != path
    assert copy.ir_version <= 10
    assert copy.opset_import[0].version <= 21


def test_weights_in_a_file_beside_it_come_along(tmp_path: Path) -> None:
    path = written(tmp_path / "a.onnx", ir=12, opset=23, external="w.data")
    subject = load(path)
    copy = onnx.load(str(subject.onnx_file))

    assert subject.dependencies == (tmp_path / "w.data",)
    assert np.array_equal(numpy_helper.to_array(copy.graph.initializer[0]), WEIGHTS)


def test_a_file_too_new_to_be_compared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModelFileError, match=r"opset 27.*reads up to 26"):
        load(written(tmp_path / "a.onnx", ir=14, opset=27))


def test_an_operator_without_an_older_form_is_refused(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Attention", ["x", "x", "x"], ["z"], q_num_heads=2, kv_num_heads=2),
    ]

    with pytest.raises(BadModelFileError, match="opset 23, and its operators have no form in 21"):
        load(written(tmp_path / "a.onnx", ir=11, opset=23, shape=(1, 2, 4), nodes=nodes))


def damaged(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_empty_truncated_and_foreign_files_are_refused(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.onnx").read_bytes()

    with pytest.raises(BadModelFileError, match="is empty"):
        load(damaged(tmp_path / "b.onnx", b""))
    with pytest.raises(BadModelFileError, match=r"\(90 bytes\) is truncated"):
        load(damaged(tmp_path / "b.onnx", whole[:90]))
    with pytest.raises(BadModelFileError, match="is truncated, or not ONNX"):
        load(damaged(tmp_path / "b.onnx", b"hello, world" * 30))
    with pytest.raises(BadModelFileError, match="holds no graph"):
        load(damaged(tmp_path / "b.onnx", onnx.ModelProto(ir_version=8).SerializeToString()))
    with pytest.raises(BadModelFileError, match="there is no file"):
        load(tmp_path / "missing.onnx")


def test_an_initializer_that_claims_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    model = onnx.load(written(tmp_path / "a.onnx"))
    model.graph.initializer[0].dims[:] = [10**9, 10**6]

    with pytest.raises(BadModelFileError, match="checker"):
        load(damaged(tmp_path / "b.onnx", model.SerializeToString()))


def test_a_graph_whose_types_do_not_fit_is_refused(tmp_path: Path) -> None:
    nodes = [helper.make_node("MatMul", ["x", "missing"], ["z"])]

    with pytest.raises(BadModelFileError, match="does not pass ONNX's checker"):
        load(written(tmp_path / "a.onnx", nodes=nodes))


@pytest.mark.parametrize(
    "location", ["../w.data", "/etc/passwd", "a/../../w.data", "..\\w.data", "C:\\w.data", ""]
)
def test_weights_outside_of_the_folder_are_refused(tmp_path: Path, location: str) -> None:
    model = onnx.load(written(tmp_path / "a.onnx", external="w.data"), load_external_data=False)
    model.graph.initializer[0].external_data[0].value = location

    with pytest.raises(BadModelFileError, match="outside of its own folder"):
        load(damaged(tmp_path / "b.onnx", model.SerializeToString()))


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    path = written(tmp_path / "inside" / "a.onnx", external="w.data")
    (tmp_path / "inside" / "w.data").rename(tmp_path / "w.data")
    (tmp_path / "inside" / "w.data").symlink_to(tmp_path / "w.data")

    with pytest.raises(BadModelFileError, match="outside of its own folder"):
        load(path)


def test_missing_and_truncated_weights_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.onnx", external="w.data")
    os.truncate(tmp_path / "w.data", 5)

    with pytest.raises(BadModelFileError, match=r"w\.data has 5 bytes, but w is said to lie at"):
        load(path)
    (tmp_path / "w.data").unlink()
    with pytest.raises(BadModelFileError, match=r"w\.data, which is not beside it"):
        load(path)


def test_what_is_not_a_plain_tensor_is_refused(tmp_path: Path) -> None:
    identity = [
        helper.make_node("Shape", ["x"], ["s"]),
        helper.make_node("Cast", ["s"], ["z"], to=1),
    ]

    with pytest.raises(SourceError, match=r"'x' of a\.onnx is tensor"):
        load(written(tmp_path / "a.onnx", dtype=TensorProto.BFLOAT16, nodes=identity))
    with pytest.raises(SourceError, match="does not say how many axes"):
        load(written(tmp_path / "a.onnx", shape=None, nodes=identity))


def test_operators_that_nobody_has_are_refused(tmp_path: Path) -> None:
    model = onnx.load(written(tmp_path / "a.onnx"))
    model.opset_import.append(helper.make_opsetid("my.company", 1))
    model.graph.node[1].domain = "my.company"

    with pytest.raises(SourceError, match=r"needs operators of 'my\.company'"):
        load(damaged(tmp_path / "b.onnx", model.SerializeToString()))


def test_files_beside_it_that_may_hold_weights_are_known_before_loading(tmp_path: Path) -> None:
    path = written(tmp_path / "a.onnx", external="a.onnx.data")

    assert sources.get("onnx").files(str(path)) == (path, tmp_path / "a.onnx.data")

"""What a Kotlin class is asked for that it cannot be, and what it leaves out then."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from sideload import languages
from sideload.errors import BindingInputError
from sideload.languages.kotlin.calls import Call
from sideload.languages.kotlin.view import model
from sideload.values import Dimension, Method, Signature, TensorSpec
from tests.bindings import border
from tests.bindings.artifacts import AWKWARD, artifact

KOTLIN: Final = languages.get("kotlin")
SPEC: Final = TensorSpec(name="x", dtype="float32", shape=(2,))


def calls(signature: Signature) -> Sequence[Call]:
    """What a class for ExecuTorch, or for ONNX Runtime where there is text, is given."""
    runtime = "onnxruntime" if signature is border.TEXTS else "executorch"
    return model(artifact(signature, runtime, model="m")).methods


def test_sizes_that_no_input_says_alone_have_no_default_and_no_buffers_without_an_input() -> None:
    free = Dimension(name="found", min=0, max=None)
    signature = Signature(
        inputs=(replace(SPEC, shape=(free, free)),),
        outputs=(replace(SPEC, shape=(Dimension(name="other", min=1, max=2),)),),
    )

    (call,) = calls(signature)

    assert call.parameters == ("x: FloatArray", "found: Int")
    assert not call.has_buffers


def test_text_is_in_no_buffer_so_there_is_no_fast_form_of_it() -> None:
    (call,) = calls(border.TEXTS)

    assert call.parameters[:2] == ("words: Array<String>", "end: String")
    assert not call.has_buffers


def test_methods_are_called_as_in_the_file_and_never_as_what_the_class_has() -> None:
    methods = tuple(
        Method(name=name, inputs=(SPEC,), outputs=(SPEC,))
        for name in ("encode image", "predict", "close", "buffers", "encode image buffers")
    )
    signature = Signature(inputs=(SPEC,), outputs=(SPEC,), methods=methods)

    found = [(call.name, call.buffers_class, call.output_class) for call in calls(signature)]

    assert found[:2] == [
        ("predict", "Buffers", "MOutput"),
        ("encodeImage", "ValueEncodeImageBuffers", "MEncodeImageOutput"),
    ]
    assert [name for name, _, _ in found[2:]] == [
        *("valuePredict", "valueClose", "valueBuffers", "encodeImageBuffers"),
    ]
    assert len({name for names in found for name in names}) == 3 * len(found)


def test_methods_beside_forward_are_refused_where_the_runtime_has_none() -> None:
    method = Method(name="half", inputs=(SPEC,), outputs=(SPEC,))
    signature = Signature(inputs=(SPEC,), outputs=(SPEC,), methods=(method,))

    with pytest.raises(BindingInputError, match="half is a method beside forward"):
        KOTLIN.context(artifact(signature, "onnxruntime", model="m"))


def test_what_executorch_cannot_carry_is_refused_by_name() -> None:
    described = artifact(AWKWARD, "executorch", model="m")

    with pytest.raises(BindingInputError, match="bool is bool, which executorch's API for Kotlin"):
        KOTLIN.context(described)


@pytest.mark.parametrize(
    ("dtype", "count", "said"),
    [("float16", 2, "labels of float16 scores"), ("float32", 2001, "2001 labels are more")],
)
def test_labels_that_an_enumeration_cannot_carry_are_refused(
    dtype: str, count: int, said: str
) -> None:
    output = replace(SPEC, dtype=dtype, shape=(count,))
    signature = Signature(inputs=(SPEC,), outputs=(output,), labels=("label",) * count)

    with pytest.raises(BindingInputError, match=said):
        KOTLIN.context(artifact(signature, "onnxruntime", model="m"))

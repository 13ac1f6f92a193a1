"""What a Kotlin class is asked for that it cannot be, and what it leaves out then."""

from dataclasses import replace
from typing import Final

import pytest

from sideload import languages
from sideload.errors import BindingInputError
from sideload.values import Dimension, Signature, TensorSpec
from tests.bindings.artifacts import AWKWARD, artifact

KOTLIN: Final = languages.get("kotlin")
SPEC: Final = TensorSpec(name="x", dtype="float32", shape=(2,))


def test_sizes_that_no_input_says_alone_have_no_default_and_no_buffers_without_an_input() -> None:
    free = Dimension(name="found", min=0, max=None)
    signature = Signature(
        inputs=(replace(SPEC, shape=(free, free)),),
        outputs=(replace(SPEC, shape=(Dimension(name="other", min=1, max=2),)),),
    )

    model = KOTLIN.context(artifact(signature, "onnxruntime", model="m"))["model"]

    assert model.parameters == ("x: FloatArray", "found: Int")  # type: ignore[attr-defined]
    assert not model.has_buffers  # type: ignore[attr-defined]


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

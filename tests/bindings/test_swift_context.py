"""What a Swift actor is asked for that it cannot be, and what its input leaves to be said."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from sideload import languages
from sideload.errors import BindingInputError
from sideload.values import Dimension, Method, Signature, TensorSpec
from tests.bindings.artifacts import AWKWARD, artifact

SWIFT: Final = languages.get("swift")
SPEC: Final = TensorSpec(name="x", dtype="float32", shape=(2,))


def parameters(*shapes: tuple[int | Dimension, ...]) -> Sequence[str]:
    inputs = tuple(
        replace(SPEC, name=f"x{index}", shape=shape) for index, shape in enumerate(shapes)
    )
    described = artifact(Signature(inputs=inputs, outputs=(SPEC,)), "executorch", model="m")
    return SWIFT.context(described)["model"].methods[0].parameters  # type: ignore[attr-defined, no-any-return]


def test_a_size_that_no_input_says_alone_must_be_given() -> None:
    free = Dimension(name="free", min=0, max=None)

    assert parameters((free, free)) == ("x0: [Float]", "free: Int")
    assert parameters((free, 0)) == ("x0: [Float]", "free: Int")
    assert parameters((free, free), (3, free)) == (
        "x0: [Float]",
        "x1: [Float]",
        "free: Int? = nil",
    )


@pytest.mark.parametrize(
    ("dtype", "said"),
    [("bool", "bool is bool, which onnxruntime's API for Swift cannot carry"), ("float64", "")],
)
def test_what_onnxruntime_cannot_carry_is_refused_by_name(dtype: str, said: str) -> None:
    inputs = tuple(spec for spec in AWKWARD.inputs if spec.name == dtype)
    described = artifact(Signature(inputs=inputs, outputs=(SPEC,)), "onnxruntime", model="m")

    with pytest.raises(BindingInputError, match=said) as caught:
        SWIFT.context(described)

    assert "it carries float32, int8, int32, int64, uint8" in caught.value.remedy


def test_several_methods_are_refused_where_a_file_has_but_one() -> None:
    more = (Method(name="decode", inputs=(SPEC,), outputs=(SPEC,)),)
    signature = Signature(inputs=(SPEC,), outputs=(SPEC,), methods=more)

    with pytest.raises(BindingInputError, match="decode is a method beside forward"):
        SWIFT.context(artifact(signature, "onnxruntime", model="m"))


def test_methods_have_names_that_neither_meet_each_other_nor_what_the_actor_has() -> None:
    called = ("predict", "pre dict", "init", "sha256", "decode it", "decode_it")
    methods = tuple(Method(name=name, inputs=(SPEC,), outputs=(SPEC,)) for name in called)
    signature = Signature(inputs=(SPEC,), outputs=(SPEC,), methods=methods)
    found = SWIFT.context(artifact(signature, "executorch", model="m"))["model"].methods  # type: ignore[attr-defined]

    assert [call.name for call in found] == [
        *("predict", "runPredict", "preDict", "runInit", "runSha256", "decodeIt", "decodeIt2"),
    ]
    assert len({call.input_class for call in found}) == len(found)
    assert [call.border.raw for call in found] == ["forward", *called]


def test_a_cast_inside_the_model_is_said_beside_the_input(tmp_path: Path) -> None:
    cast = replace(SPEC, dtype="uint8", inside="bool")
    described = artifact(Signature(inputs=(cast,), outputs=(SPEC,)), "onnxruntime", model="m")
    text = SWIFT.write(described, tmp_path)[0].read_text(encoding="utf-8")

    assert "/// uint8 (bool inside the model), 2, row major." in text
    assert "/// float32, 2, row major." in text


def test_two_names_that_are_one_string_in_swift_are_refused_where_they_are_keys() -> None:
    inputs = (replace(SPEC, name="gr\u00f6\u00dfe"), replace(SPEC, name="gro\u0308\u00dfe"))
    signature = Signature(inputs=inputs, outputs=(SPEC,))

    with pytest.raises(BindingInputError, match="are one and the same string in Swift"):
        SWIFT.context(artifact(signature, "onnxruntime", model="m"))

    assert SWIFT.context(artifact(signature, "executorch", model="m"))


def test_labels_of_scores_that_cannot_be_compared_are_refused() -> None:
    signature = Signature(
        inputs=(SPEC,), outputs=(replace(SPEC, dtype="bool"),), labels=("yes", "no")
    )

    with pytest.raises(BindingInputError, match="labels of bool scores cannot be compared"):
        SWIFT.context(artifact(signature, "executorch", model="m"))

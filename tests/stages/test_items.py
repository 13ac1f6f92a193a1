"""What was typed becomes items, or one clear refusal."""

from dataclasses import replace
from pathlib import Path

import pytest

from sideload.errors import (
    InputsError,
    SchemeError,
    UnknownAdapterError,
    UnknownModelError,
    UsageError,
)
from sideload.host import targets
from sideload.stages._items import Ask, items
from sideload.values import Target


@pytest.fixture
def target() -> Target:
    return targets.read("android")


def pairs(ask: Ask) -> list[tuple[str, str, str]]:
    return [(item.model, item.runtime, item.precision) for item in items(ask)]


def test_without_words_the_target_decides(target: Target) -> None:
    found = pairs(Ask(target=replace(target, models=("digits",))))

    assert found == [
        ("digits", "executorch", "float32"),
        ("digits", "executorch", "int8"),
        ("digits", "onnxruntime", "float32"),
        ("digits", "onnxruntime", "int8"),
    ]


def test_words_win_over_the_target(target: Target) -> None:
    ask = Ask(target=target, models=("digits",), runtimes=("onnxruntime",), precisions=("float16",))

    assert pairs(ask) == [("digits", "onnxruntime", "float16")]


def test_a_scheme_goes_to_the_runtime_that_has_it(target: Target) -> None:
    ask = Ask(target=target, models=("digits",), precisions=("8da4w", "qdq_static"))

    assert pairs(ask) == [
        ("digits", "executorch", "8da4w"),
        ("digits", "onnxruntime", "qdq_static"),
    ]


def test_a_scheme_that_is_silently_wrong_is_refused_with_the_reason(target: Target) -> None:
    with pytest.raises(SchemeError, match="lose their scales"):
        items(Ask(target=target, models=("digits",), precisions=("weight_only_int8",)))


@pytest.mark.parametrize("precision", ["int7", "", "float64", "int8 ", "../int8"])
def test_a_precision_that_nobody_has_is_refused_with_those_there_are(
    target: Target, precision: str
) -> None:
    with pytest.raises(SchemeError, match="no precision or scheme") as caught:
        items(Ask(target=target, models=("digits",), precisions=(precision,)))

    assert "int8" in caught.value.remedy


def test_a_runtime_that_does_not_exist_is_refused(target: Target) -> None:
    with pytest.raises(UnknownAdapterError, match="no runtime called 'litert'"):
        items(Ask(target=target, models=("digits",), runtimes=("litert",)))


def test_a_model_that_does_not_exist_is_refused(target: Target) -> None:
    with pytest.raises(UnknownModelError, match="nonsense") as caught:
        items(Ask(target=target, models=("nonsense",)))

    assert "digits" in caught.value.remedy


def test_a_target_without_models_asks_for_one(target: Target) -> None:
    with pytest.raises(UsageError, match="names no models"):
        items(Ask(target=replace(target, models=())))


def test_inputs_belong_to_one_model_only(target: Target) -> None:
    ask = Ask(target=target, models=("digits", "minilm"), inputs=(Path("one.npz"),))

    with pytest.raises(InputsError, match="one model"):
        items(ask)


def test_two_models_of_one_name_are_refused(target: Target) -> None:
    with pytest.raises(UsageError, match="two models are called"):
        items(Ask(target=target, models=("digits", "digits")))


def test_each_item_has_a_folder_of_its_own(target: Target) -> None:
    found = items(replace_models(target))

    folders = {item.folder("1-export") for item in found}

    assert len(folders) == len(found)


def replace_models(target: Target) -> Ask:
    return Ask(target=target, models=("digits", "minilm", "mobilenet_v2"))

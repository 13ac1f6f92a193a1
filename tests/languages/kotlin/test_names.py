"""Any text as a Kotlin name of any kind."""

import re

import pytest

from sideload import languages
from sideload.languages.kotlin import names
from tests.languages.hostile import NAMES

KOTLIN = languages.get("kotlin")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("input_ids", "inputIds"),
        ("pixelValues", "pixelValues"),
        ("X", "x"),
        ("when", "valueWhen"),
        ("run", "valueRun"),
        ("sideloadSession", "valueSideloadSession"),
        ("0", "value0"),
        ("größe", "grosse"),
        ("cat 猫", "cat2b0a3946"),
        ("", "value0"),
    ],
)
def test_a_parameter_is_in_camel_case_and_never_reserved(text: str, name: str) -> None:
    assert KOTLIN.variables([text]) == (name,)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("all-MiniLM-L6-v2", "AllMiniLML6V2"),
        ("3d", "Model3d"),
        ("", "Model"),
        ("string", "ModelString"),
        ("tensor", "ModelTensor"),
        ("wrong input exception", "ModelWrongInputException"),
    ],
)
def test_a_class_is_named_after_its_model(text: str, name: str) -> None:
    assert KOTLIN.type_name(text) == name


def test_hostile_names_together_are_distinct_ascii_in_camel_case() -> None:
    found = KOTLIN.variables(NAMES)

    assert len(set(found)) == len(NAMES)
    assert all(re.fullmatch("[a-z][a-zA-Z0-9]*", name) for name in found)
    assert not names.RESERVED.intersection(found)


def test_entries_of_an_enumeration_are_capitals() -> None:
    assert names.constants(["Egyptian cat", "0", "egyptian-cat", "when"]) == (
        "EGYPTIAN_CAT",
        "LABEL_0",
        "EGYPTIAN_CAT_2",
        "WHEN",
    )


@pytest.mark.parametrize("text", NAMES)
def test_a_class_is_one_word_of_ascii(text: str) -> None:
    assert re.fullmatch("[A-Z][a-zA-Z0-9]*", KOTLIN.type_name(text))

"""Any text as a Swift name of any kind."""

import re

import pytest

from sideload import languages
from sideload.languages.swift import names
from tests.languages.hostile import NAMES

SWIFT = languages.get("swift")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("input_ids", "inputIds"),
        ("pixelValues", "pixelValues"),
        ("X", "x"),
        ("where", "valueWhere"),
        ("top", "valueTop"),
        ("sideloadSession", "valueSideloadSession"),
        ("0", "value0"),
        ("größe", "grosse"),
        ("cat 猫", "cat2b0a3946"),
        ("", "value0"),
    ],
)
def test_a_property_is_in_camel_case_and_never_reserved(text: str, name: str) -> None:
    assert SWIFT.variables([text]) == (name,)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("all-MiniLM-L6-v2", "AllMiniLML6V2"),
        ("3d", "Model3d"),
        ("", "Model"),
        ("string", "ModelString"),
        ("tensor", "ModelTensor"),
        ("model error", "ModelModelError"),
        ("Sideload file", "ModelSideloadFile"),
    ],
)
def test_an_actor_is_named_after_its_model(text: str, name: str) -> None:
    assert SWIFT.type_name(text) == name


def test_hostile_names_together_are_distinct_ascii_in_camel_case() -> None:
    found = SWIFT.variables(NAMES)

    assert len(set(found)) == len(NAMES)
    assert all(re.fullmatch("[a-z][a-zA-Z0-9]*", name) for name in found)
    assert not names.RESERVED.intersection(found)


def test_cases_of_an_enumeration_are_in_camel_case_and_distinct() -> None:
    assert names.cases(["Egyptian cat", "0", "egyptian-cat", "none"]) == (
        "egyptianCat",
        "label0",
        "egyptianCat2",
        "labelNone",
    )


@pytest.mark.parametrize("text", NAMES)
def test_an_actor_is_one_word_of_ascii(text: str) -> None:
    assert re.fullmatch("[A-Z][a-zA-Z0-9]*", SWIFT.type_name(text))

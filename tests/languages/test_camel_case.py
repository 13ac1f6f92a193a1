"""Any text as a name of any kind, in the languages that write names in camel case."""

import re
from types import ModuleType

import pytest

from sideload import languages
from sideload.languages.kotlin import names as kotlin
from sideload.languages.swift import names as swift
from tests.languages.hostile import NAMES

VARIABLES = [
    ("input_ids", "inputIds"),
    ("pixelValues", "pixelValues"),
    ("X", "x"),
    ("sideloadSession", "valueSideloadSession"),
    ("0", "value0"),
    ("größe", "grosse"),
    ("cat 猫", "cat2b0a3946"),
    ("", "value0"),
]
TYPES = [
    ("all-MiniLM-L6-v2", "AllMiniLML6V2"),
    ("3d", "Model3d"),
    ("", "Model"),
    ("string", "ModelString"),
    ("tensor", "ModelTensor"),
]
# What the words of one language alone do to a name.
OWN_VARIABLES = [
    ("kotlin", "when", "valueWhen"),
    ("kotlin", "run", "valueRun"),
    ("swift", "where", "valueWhere"),
    ("swift", "top", "valueTop"),
]
OWN_TYPES = [
    ("kotlin", "wrong input exception", "ModelWrongInputException"),
    ("swift", "model error", "ModelModelError"),
    ("swift", "Sideload file", "ModelSideloadFile"),
]
LANGUAGES = {"kotlin": kotlin, "swift": swift}


def _all(
    common: list[tuple[str, str]], own: list[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    return [(language, *row) for language in LANGUAGES for row in common] + own


@pytest.mark.parametrize(("language", "text", "name"), _all(VARIABLES, OWN_VARIABLES))
def test_a_variable_is_in_camel_case_and_never_reserved(
    language: str, text: str, name: str
) -> None:
    assert languages.get(language).variables([text]) == (name,)


@pytest.mark.parametrize(("language", "text", "name"), _all(TYPES, OWN_TYPES))
def test_a_type_is_named_after_its_model(language: str, text: str, name: str) -> None:
    assert languages.get(language).type_name(text) == name


@pytest.mark.parametrize(("language", "names"), LANGUAGES.items())
def test_hostile_names_together_are_distinct_ascii_in_camel_case(
    language: str, names: ModuleType
) -> None:
    found = languages.get(language).variables(NAMES)

    assert len(set(found)) == len(NAMES)
    assert all(re.fullmatch("[a-z][a-zA-Z0-9]*", name) for name in found)
    assert not names.RESERVED.intersection(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", NAMES)
def test_a_type_is_one_word_of_ascii(language: str, text: str) -> None:
    assert re.fullmatch("[A-Z][a-zA-Z0-9]*", languages.get(language).type_name(text))


def test_cases_of_an_enumeration_in_swift_are_in_camel_case_and_distinct() -> None:
    assert swift.cases(["Egyptian cat", "0", "egyptian-cat", "none"]) == (
        "egyptianCat",
        "label0",
        "egyptianCat2",
        "labelNone",
    )


def test_entries_of_an_enumeration_in_kotlin_are_capitals() -> None:
    assert kotlin.constants(["Egyptian cat", "0", "egyptian-cat", "when"]) == (
        "EGYPTIAN_CAT",
        "LABEL_0",
        "EGYPTIAN_CAT_2",
        "WHEN",
    )

"""Any text as a Python name of any kind."""

import builtins
import keyword

import pytest

from sideload import languages
from sideload.languages.python import names
from tests.languages.hostile import NAMES

PYTHON = languages.get("python")


def test_a_good_name_stays_as_it_is() -> None:
    assert PYTHON.variables(["input_ids", "X", "pixelValues"]) == ("input_ids", "X", "pixelValues")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("digits", "Digits"),
        ("all-MiniLM-L6-v2", "AllMiniLML6V2"),
        ("google/vit base", "GoogleVitBase"),
        ("3d", "Model3d"),
        ("", "Model"),
        ("none", "NoneModel"),
        ("binding error", "BindingErrorModel"),
    ],
)
def test_a_class_is_named_after_its_model(text: str, name: str) -> None:
    assert PYTHON.type_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("class", "class_"), ("match", "match_"), ("input", "input_"), ("self", "self_")],
)
def test_a_reserved_name_gets_an_underscore(text: str, name: str) -> None:
    assert PYTHON.variables([text]) == (name,)


def test_what_begins_with_a_digit_or_has_nothing_left_gets_a_prefix() -> None:
    assert PYTHON.variables(["0", "🐈", "3d"]) == ("value_0", "value_1", "value_3d")


def test_names_that_become_equal_stay_apart() -> None:
    assert PYTHON.variables(["a b", "a_b", "ﬁ", "fi"]) == ("a_b", "a_b_2", "fi", "fi_2")


def test_hostile_names_together_are_distinct_identifiers_and_none_is_reserved() -> None:
    found = PYTHON.variables(NAMES)

    assert len(set(found)) == len(NAMES)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in found)
    assert not names.RESERVED.intersection(found)


def test_the_words_of_this_python_are_all_reserved() -> None:
    words = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}

    assert {word for word in words if not word.startswith("__")} <= names.RESERVED


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("digits", "digits"),
        ("numpy", "numpy_model"),
        ("class", "class_model"),
        ("Con", "con_model"),
        ("0", "model_0"),
        ("../../etc", "etc"),
    ],
)
def test_a_module_hides_no_other_module(text: str, module: str) -> None:
    assert names.module_name(text) == module


@pytest.mark.parametrize("text", NAMES)
def test_a_module_name_is_short_small_ascii(text: str) -> None:
    name = names.module_name(text)

    assert name.isidentifier()
    assert name.isascii()
    assert name == name.lower()
    assert len(name) <= 80


def test_members_of_an_enumeration_are_capitals() -> None:
    found = names.constants(["Egyptian cat", "0", "egyptian-cat", "", "猫"])

    assert found == ("EGYPTIAN_CAT", "LABEL_0", "EGYPTIAN_CAT_2", "LABEL_3", "猫")

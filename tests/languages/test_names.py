"""Words and distinct names out of any text at all."""

import unicodedata

import pytest

from sideload.languages import _names
from tests.languages.hostile import NAMES


@pytest.mark.parametrize("text", NAMES)
def test_a_started_name_is_an_identifier_that_stays_as_it_is_when_parsed(text: str) -> None:
    for form in (_names.snake, _names.pascal, _names.constant):
        name = _names.started(form(text), "value_")

        assert name.isidentifier()
        assert unicodedata.normalize("NFKC", name) == name
        assert len(name) <= _names.LONGEST


def test_every_character_alone_and_before_a_letter_gives_a_stable_identifier() -> None:
    characters = [chr(code) for code in range(0x11_0000)]

    broken = [
        text
        for char in characters
        for text in (f"{char}a{char}",)
        if unicodedata.normalize("NFKC", name := _names.started(_names.pascal(text), "Model"))
        != name
        or not name.isidentifier()
    ]

    assert broken == []


def test_long_names_that_differ_at_their_end_stay_apart() -> None:
    first, second = (_names.started("n" * 199 + end, "value_") for end in "ab")

    assert first != second
    assert len(first) == _names.LONGEST


def test_the_second_of_two_equal_names_is_numbered_and_meets_no_third() -> None:
    names = _names.distinct(["a", "a", "a_2", "a", "b"], frozenset({"b"}), "{}_".format)

    assert names == ("a", "a_2", "a_2_2", "a_3", "b_")


def test_ten_thousand_equal_names_are_told_apart_in_no_time() -> None:
    names = _names.distinct(["a"] * 10_000, frozenset(), "{}_".format)

    assert len(set(names)) == 10_000


def test_hidden_marks_make_no_difference() -> None:
    assert _names.snake("a\u200d\ufe0f b\u3164") == "a_b"


def test_a_file_stem_is_small_ascii_and_tells_lost_letters_apart() -> None:
    stems = [_names.file_stem(text) for text in ("MobileNet V2", "größe", "猫", "犬", "")]

    assert stems[0] == "mobilenet_v2"
    assert stems[1] == "grosse"
    assert len(set(stems)) == len(stems)
    assert all(stem.isascii() for stem in stems)

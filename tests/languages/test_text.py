"""Somebody else's text never reaches generated code by accident."""

import pytest

from sideload.errors import HostFileError
from sideload.languages._text import Text, visible


def test_a_text_refuses_to_be_printed_without_a_filter() -> None:
    with pytest.raises(HostFileError, match="literal"):
        f"{Text('digits')}"


def test_a_template_can_ask_whether_there_is_a_text_at_all() -> None:
    assert not Text("")
    assert Text("1.20")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\x0ab"),
        ("\u202e", "\\u202e"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
        ("größe 🐈", "größe 🐈"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text: str, shown: str) -> None:
    assert visible(text) == shown

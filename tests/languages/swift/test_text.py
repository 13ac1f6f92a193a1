"""Any text inside Swift source, without leaving its place."""

import re

import pytest

from sideload.languages.swift import text
from tests.languages.hostile import NAMES


def meant(literal: str) -> str:
    r"""What Swift's compiler would read, where it may be `\\`, `\"` and `\u{…}` that escape."""

    def one(match: re.Match[str]) -> str:
        return chr(int(match[2], 16)) if match[2] else match[1]

    assert re.fullmatch(r'"(?:[^"\\]|\\["\\]|\\u\{[0-9a-f]{1,8}\})*"', literal)
    return re.sub(r"\\(u\{([0-9a-f]+)\}|.)", one, literal[1:-1])


@pytest.mark.parametrize("name", NAMES)
def test_a_literal_means_its_text_and_evaluates_nothing(name: str) -> None:
    literal = text.literal(name)

    assert meant(literal) == name.replace("\ud800", "\ufffd")
    assert literal.isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_a_comment_ends_with_its_line(name: str) -> None:
    assert text.line(name).isprintable()

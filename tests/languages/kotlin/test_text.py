"""Any text inside Kotlin source, without leaving its place."""

import json
import re

import pytest

from sideload.languages.kotlin import text
from tests.languages.hostile import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_literal_means_its_text_and_evaluates_nothing(name: str) -> None:
    literal = text.literal(name)

    # But for `\$`, its escapes are those of JSON, which has an independent reader.
    assert json.loads(literal.replace("\\$", "$")) == name
    assert not re.search(r"(?<!\\)(\\\\)*\$", literal)
    assert literal.isprintable()


@pytest.mark.parametrize("name", [*NAMES, "*/", "/*", "/*/", "**//**", "/", "*"])
def test_documentation_neither_ends_nor_begins_a_comment(name: str) -> None:
    line = text.documentation(name)

    assert "*/" not in line
    assert "/*" not in line
    assert line.isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_a_comment_ends_with_its_line(name: str) -> None:
    assert text.comment(name).isprintable()

"""Any text inside Python source, without leaving its place."""

import ast

import pytest

from sideload.languages.python import text
from tests.languages.hostile import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_literal_means_its_text_and_nothing_else(name: str) -> None:
    literal = text.literal(name)

    assert ast.literal_eval(literal) == name
    assert len(literal.splitlines()) == 1
    assert literal.isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_a_docstring_ends_where_the_template_ends_it(name: str) -> None:
    source = f'"""{text.docstring(name)}"""\n"""end"""\n'

    body = ast.parse(source).body

    assert len(body) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_comment_ends_with_its_line(name: str) -> None:
    assert ast.parse(f"# {text.comment(name)}\npass\n").body[0].lineno == 2

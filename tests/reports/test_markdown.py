import re

from sideload.reports import markdown
from sideload.values import Result
from tests.reports.conftest import result

SEPARATOR = re.compile(r"(?<!\\)\|")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in SEPARATOR.split(line)[1:-1]]


def test_every_result_is_a_row_of_as_many_cells_as_the_header(results: list[Result]) -> None:
    header, rule, *rows = markdown.results(results).partition("\n\n")[0].splitlines()

    assert cells(header)[:3] == ["model", "runtime", "precision"]
    assert len(rows) == len(results)
    assert {len(cells(row)) for row in (header, rule, *rows)} == {14}
    assert cells(rows[1])[:4] == ["digits", "executorch", r"int8 pt2e\_static", "38.2 kB"]


def test_what_a_reader_must_know_stands_below(results: list[Result]) -> None:
    text = markdown.results(results, started_utc="2031-05-04T04:00:00Z")

    assert "- simulated 127.0.0.1:37123" in text
    assert "this host's runtime, not a phone's" in text
    assert "was measured earlier, at 2031-05-04T03:02:01Z" in text


def test_signs_in_names_are_shown_and_not_obeyed() -> None:
    hostile = "a|b\n# [x](http://y) <script> `c` *d* @all \x1b"

    (*_, row) = markdown.results([result(hostile)]).partition("\n\n")[0].splitlines()

    assert len(cells(row)) == 14
    assert cells(row)[0] == (r"a\|b\\n\# \[x\](http://y) \<script\> \`c\` \*d\* \@all \\x1b")

"""Results as Markdown, to paste into a pull request or a wiki."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import Final

from sideload.host import clock, neutral
from sideload.reports import _conditions, _origin, _sides
from sideload.reports._figures import figures, task_header
from sideload.values import Result

LEFT: Final = 3


def results(found: Sequence[Result], *, started_utc: str = clock.STARTED_UTC) -> str:
    """A table of figures, and below it what a reader must know about them."""
    return "\n".join(_lines(found, started_utc)) + "\n"


def _lines(found: Sequence[Result], started_utc: str) -> Iterator[str]:
    header = [
        *("model", "runtime", "precision", "size", "cosine", "max error", task_header(found)),
        *("load", "first", "p50", "p90", "p99", "peak", "device"),
    ]
    yield _row([escaped(name) for name in header])
    yield _row(["---"] * LEFT + ["---:"] * (len(header) - LEFT - 1) + ["---"])
    for result in found:
        yield _row([escaped(cell) for cell in astuple(figures(result, found))])
    yield ""
    for note in _origin.notes(found, started_utc=started_utc):
        yield f"- {escaped(note)}"
    yield from _circumstances(found)
    if pairs := _sides.sides(found):
        yield from ("", "**Shell and app**", "")
        yield _row([escaped(name) for name in _sides.HEADER])
        yield _row(["---"] * (LEFT + 1) + ["---:"] * (len(_sides.HEADER) - LEFT - 1))
        yield from (_row([escaped(cell) for cell in _sides.cells(pair)]) for pair in pairs)
        yield from ("", escaped(_sides.said(pairs)))


def _circumstances(found: Sequence[Result]) -> Iterator[str]:
    rows = _conditions.rows(found)
    if rows:
        yield from ("", "**Conditions**, before → after", "")
        yield _row([escaped(name) for name in _conditions.HEADER])
        yield _row(["---"] * len(_conditions.HEADER))
        yield from (_row([escaped(cell) for cell in astuple(row)]) for row in rows)
    doubts = _conditions.doubts(found)
    if doubts:
        yield ""
        yield from (f"- {escaped(doubt)}" for doubt in doubts)


def escaped(text: str) -> str:
    """`text` as Markdown shows it, whatever signs it holds."""
    return "-" if text == "-" else neutral.markdown(text)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

"""The table of results: one line a row where that fits, else two, else a list."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from sideload.reports import _columns
from sideload.reports._figures import Figures, figures, task_header
from sideload.values import Result

ANSWERS: Final = ("runtime", "precision", "size", "cosine", "max error")
TIMES: Final = ("load", "first", "p50", "p90", "p99", "peak", "device")
FIRST: Final = "  "
SECOND: Final = "      "


def lines(found: Sequence[Result], room: int) -> list[str]:
    """The table in at most `room` cells, unless a single word is longer."""
    rows = [figures(result, found) for result in found]
    task = task_header(found)
    for layout in (_one_line, _two_lines):
        made = layout(rows, task)
        if _columns.width(made) <= room:
            return made
    return _listed(rows, task, room)


def _one_line(rows: Sequence[Figures], task: str) -> list[str]:
    header = ("model", *ANSWERS, task, *TIMES)
    return _columns.table(header, [(row.model, *_answers(row), *_times(row)) for row in rows])


def _two_lines(rows: Sequence[Figures], task: str) -> list[str]:
    answers = [(*ANSWERS, task), *(_answers(row) for row in rows)]
    times = [TIMES, *(_times(row) for row in rows)]
    above, below = _columns.widths(answers), _columns.widths(times)
    pairs = [
        (FIRST + _columns.aligned(answer, above), SECOND + _columns.aligned(time, below))
        for answer, time in zip(answers, times, strict=True)
    ]
    made = [*pairs[0], _columns.rule(_columns.width([line for pair in pairs for line in pair]))]
    numbered = groupby(zip(rows, pairs[1:], strict=True), key=lambda pair: pair[0].model)
    for model, group in numbered:
        made.append(model)
        made += [line for _, pair in group for line in pair]
    return made


def _listed(rows: Sequence[Figures], task: str, room: int) -> list[str]:
    header = ("", *ANSWERS[2:], task, *TIMES)
    made: list[str] = []
    for row in rows:
        answers = _answers(row)
        name = f"{row.model} {answers[0]} {answers[1]}"
        made += _columns.listed(header, (name, *answers[2:], *_times(row)), room)
    return made


def _answers(row: Figures) -> tuple[str, ...]:
    return (row.runtime, row.precision, row.size, row.cosine, row.max_error, row.task)


def _times(row: Figures) -> tuple[str, ...]:
    return (row.load, row.first, row.p50, row.p90, row.p99, row.peak, row.device)

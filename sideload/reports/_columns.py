"""Rows of text as columns that line up, by the width that a terminal gives each character."""

import textwrap
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size

from sideload.host import neutral

GAP: Final = "  "
INDENT: Final = "  "
UNBROKEN: Final = "\N{NO-BREAK SPACE}"
LEAST_WIDTH: Final = 30


def fitted(header: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> str:
    """A table where it fits into `room` cells, else each row as a list of its cells."""
    lines = table(header, rows)
    if width(lines) <= room:
        return "\n".join(lines)
    return "\n".join(line for row in rows for line in listed(header, row, room))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A header, a rule and the rows, one line each."""
    cells = [tuple(map(neutral.line, row)) for row in [header, *rows]]
    sizes = widths(cells)
    first, *rest = (aligned(row, sizes) for row in cells)
    return [first, rule(sum(sizes) + len(GAP) * (len(sizes) - 1)), *rest]


def listed(header: Sequence[str], row: Sequence[str], room: int) -> list[str]:
    """The first cell on a line, the others below it, each after its name."""
    first, *rest = map(neutral.line, row)
    named = [f"{name} {cell}" for name, cell in zip(header[1:], rest, strict=True) if cell]
    # A space that does not break keeps a figure and its unit on one line.
    whole = ", ".join(item.replace(" ", UNBROKEN) for item in named)
    lines = textwrap.wrap(whole, max(room - len(INDENT), LEAST_WIDTH), break_long_words=False)
    return [first, *(INDENT + line.replace(UNBROKEN, " ") for line in lines)]


def widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column: that of its widest cell."""
    return [max(map(cell_len, column)) for column in zip(*rows, strict=True)]


def aligned(row: Sequence[str], sizes: Sequence[int]) -> str:
    """One row, its cells padded to the widths of their columns."""
    cells = [set_cell_size(cell, size) for cell, size in zip(row, sizes, strict=True)]
    return GAP.join(cells).rstrip()


def rule(length: int) -> str:
    """A line across."""
    return "─" * length


def width(lines: Sequence[str]) -> int:
    """The width of the widest line, in terminal cells."""
    return max(map(cell_len, lines), default=0)


def wrapped(text: str, room: int) -> list[str]:
    """A sentence on lines of at most `room` characters, those after the first indented."""
    return textwrap.wrap(
        neutral.line(text),
        max(room, LEAST_WIDTH),
        subsequent_indent=INDENT,
        break_on_hyphens=False,
        break_long_words=False,
    )

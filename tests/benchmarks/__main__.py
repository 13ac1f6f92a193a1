"""`python -m tests.benchmarks [PATTERN]`: measure, print a table, write `artifacts/bench.json`.

The exit code is 1 where a figure could not be measured or does not reach what it should, 2 where
no figure matches.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sideload.host import files
from tests.benchmarks.harness import Figure, Row, discover, run

REPORT: Final = Path(__file__).resolve().parents[2] / "artifacts" / "bench.json"
HEADER: Final = ("figure", "measured", "should reach", "spread", "runs", "")


def main(arguments: Sequence[str], report: Path = REPORT) -> int:
    """Measure the figures that the pattern means, all of them without one."""
    pattern = arguments[0] if arguments else ""
    everything = discover()
    chosen = [one for one in everything if one.matches(pattern)]
    if not chosen:
        names = "\n".join(f"  {one.topic}: {one.name}" for one in everything)
        sys.stderr.write(f"no figure matches {pattern!r}; there are\n{names}\n")
        return 2
    rows = []
    for one in chosen:
        rows.append(_measured(one))
        save(report, rows, known={one.name for one in everything})
    sys.stdout.write(table(chosen, rows))
    return 0 if all(row["holds"] for row in rows) else 1


def table(figures: Sequence[Figure], rows: Sequence[Row]) -> str:
    """The rows beside what they should reach, in columns; a failure's reason below."""
    lines = [HEADER, *(_cells(one, row) for one, row in zip(figures, rows, strict=True))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    text += [f"{row['name']}: {row['error']}" for row in rows if "error" in row]
    return "\n".join(text) + "\n"


def _cells(one: Figure, row: Row) -> tuple[str, ...]:
    value, spread = row["value"], row["spread"]
    if value is None or spread is None:
        return one.name, "-", _reach(one), "-", "0", "could not be measured"
    return (
        one.name,
        f"{value:.4g} {one.unit}",
        _reach(one),
        f"{spread:.2g}",
        str(row["runs"]),
        "holds" if row["holds"] else "DOES NOT HOLD",
    )


def _reach(one: Figure) -> str:
    return f"{'≥' if one.better == 'higher' else '≤'} {one.reach:g} {one.unit}"


def _measured(one: Figure) -> Row:
    sys.stderr.write(f"measuring {one.topic}: {one.name}\n")
    started = time.monotonic()
    row = run(one)
    sys.stderr.write(f"  took {time.monotonic() - started:.1f} s\n")
    return row


def save(report: Path, rows: Sequence[Row], known: set[str]) -> None:
    """Put `rows` in the report; what it says of other figures stays, while they exist."""
    fresh = {row["name"] for row in rows}
    others = [row for row in _earlier(report) if row["name"] in known - fresh]
    files.new_folder(report.parent)
    files.mark_cache(report.parent)
    files.write_text(report, json.dumps([*others, *rows], indent=2) + "\n")


def _earlier(report: Path) -> list[Row]:
    if not report.is_file():
        return []
    try:
        rows: list[Row] = json.loads(report.read_text(encoding="utf-8"))
    except ValueError:
        sys.stderr.write(f"{report} is not JSON and is written anew\n")
        return []
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

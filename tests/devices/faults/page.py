"""The table of faults for the documentation: what each does, and what the tests say of our side."""

from collections.abc import Iterator

from sideload.simulated.android import faults
from tests.devices.faults.rows import ROWS, Row


def table_markdown() -> str:
    """One row for each fault; its outcomes are those that `test_rows` has seen to be true."""
    rows = (
        f"| `{usage}` | {does} | {'<br>'.join(_outcomes(usage.partition('=')[0]))} |"
        for usage, does in faults.described().items()
    )
    head = ("| fault | what it does | what comes of it |", "| --- | --- | --- |")
    # A bar would end the column, even in code.
    return "\n".join((*head, *(row.replace("in|out", "in\\|out") for row in rows)))


def _outcomes(name: str) -> Iterator[str]:
    rows = [row for row in ROWS if row.name == name]
    outcomes = dict.fromkeys(map(_outcome, rows))
    for outcome in outcomes:
        alike = [row for row in rows if _outcome(row) == outcome]
        tried = ", ".join(_tried(row, is_alone=len(rows) == 1) for row in alike)
        yield f"{tried}: {outcome}"


def _tried(row: Row, *, is_alone: bool) -> str:
    value = row.fault.split()[0].partition("=")[2]
    return row.act.__name__ if is_alone or not value else f"{row.act.__name__} at `{value}`"


def _outcome(row: Row) -> str:
    return "succeeds" if row.error is None else f"`{row.error.__name__}`, try “… {row.remedy} …”"

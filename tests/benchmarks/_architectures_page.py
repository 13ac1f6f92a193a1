"""The table in `docs/architectures.md`: what is carried at which precision, and why not."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from tests.sources.families import FAMILIES

Rows: TypeAlias = Sequence[Mapping[str, Any]]
TITLES: Final = {"executorch": "ExecuTorch", "onnxruntime": "ONNX Runtime"}
COLUMNS: Final = tuple(
    (runtime, precision) for runtime in TITLES for precision in ("float32", "int8")
)
BEGIN: Final = "<!-- table -->\n"
END: Final = "<!-- end of table -->\n"
LONGEST_REASON: Final = 500


def rewritten(page: str, found: Mapping[str, Rows]) -> str:
    """`page` with a new table between its marks, made from the rows of each family by its name."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{_table(found)}{END}{after}"


def _table(found: Mapping[str, Rows]) -> str:
    reasons: list[str] = []
    titles = " | ".join(f"{TITLES[runtime]} {precision}" for runtime, precision in COLUMNS)
    lines = [f"| architecture | class | {titles} |", "|---" * (len(COLUMNS) + 2) + "|"]
    for name, rows in found.items():
        cells = " | ".join(_cell(name, rows, column, reasons) for column in COLUMNS)
        lines.append(f"| {name} | `{FAMILIES[name].model}` | {cells} |")
    if reasons:
        numbered = (f"{number}. {reason}" for number, reason in enumerate(reasons, start=1))
        lines += ["", "Why not:", "", *numbered]
    return "\n".join(lines) + "\n"


def _cell(name: str, rows: Rows, column: tuple[str, str], reasons: list[str]) -> str:
    """A cosine, with the scheme where there is a choice of them; or the number of a reason."""
    runtime, precision = column
    row = next((one for one in rows if (one["runtime"], one["precision"]) == column), None)
    if row is not None and "error" not in row:
        scheme = "" if precision == "float32" else f" {row['scheme']}"
        return f"{row['cosine']:.5f}{scheme}"
    said = "the process that tried it died" if row is None else _plain(row["message"])
    reasons.append(f"{name}, {TITLES[runtime]} {precision}: {said}")
    return f"no ({len(reasons)})"


def _plain(message: str) -> str:
    """A message on one line of Markdown."""
    line = " ".join(message.split()).replace("<", "&lt;")
    return line[:LONGEST_REASON]

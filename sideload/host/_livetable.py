"""A live table on a terminal: what goes on side by side, and how far each is with each step."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from sideload.host import clock, neutral, quantities

PER_SECOND: Final = 8
# Header, rule, the line below, and the prompt that comes back.
AROUND: Final = 5
LEAST_ROWS: Final = 3
_DONE: Final = "green"
_SHOWN_ABOVE: Final = frozenset({"red", "yellow"})


@dataclass(kw_only=True)
class _Step:
    """Something that goes on in a row."""

    label: str
    total_bytes: int | None
    started_s: float
    done_bytes: int = 0


class Row:
    """One row; its steps are known by the first word of what goes on."""

    def __init__(self, table: "LiveTable", name: str, *, is_counted: bool) -> None:
        self.name = name
        self.is_counted = is_counted
        self.done: Counter[str] = Counter()
        self.going: list[_Step] = []
        self.said = ""
        self.end: tuple[str, str] | None = None
        self._table = table

    def line(self, text: str, style: str = "") -> None:
        """What is done shows in the table; what went wrong is printed above it."""
        if style in _SHOWN_ABOVE:
            self._table.print(f"{self.name}: {text}", style)
        if style != _DONE:
            self.said = text.partition("\n")[0]

    @contextlib.contextmanager
    def activity(self, label: str, total_bytes: int | None) -> Iterator[Callable[[int], None]]:
        """Show that a step is going on; tell the result the bytes done since its last call."""
        step = _Step(label=label, total_bytes=total_bytes, started_s=clock.monotonic_s())

        def advance(done_bytes: int) -> None:
            step.done_bytes += done_bytes

        self.going.append(step)
        self.said = ""
        try:
            yield advance
            self.done[label.partition(" ")[0]] += 1
        finally:
            self.going.remove(step)


@dataclass(kw_only=True)
class _Counts:
    expected: int = 0
    rows: dict[str, Row] = field(default_factory=dict)


class LiveTable:
    """The table; rows that are over make way where there is no room for all."""

    def __init__(self, console: Console, steps: Sequence[str], encoding: str) -> None:
        self._console = console
        self._steps = tuple(steps)
        self._encoding = encoding
        self._lock = threading.Lock()
        self._counts = _Counts()
        self._live = Live(
            console=console,
            get_renderable=self._rendered,
            refresh_per_second=PER_SECOND,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def row(self, name: str, *, is_counted: bool = True) -> Row:
        """The row of that name; one that is not counted has no steps."""
        with self._lock:
            made = Row(self, neutral.line(name), is_counted=is_counted)
            return self._counts.rows.setdefault(name, made)

    def expect(self, count: int) -> None:
        """Each step is to be done so many times in each row."""
        self._counts.expected = count

    def end(self, name: str, text: str, style: str) -> None:
        """The row is over."""
        if style in _SHOWN_ABOVE:
            self.print(f"{neutral.line(name)}: {neutral.block(text)}", style)
        self.row(name).end = (neutral.line(text.partition("\n")[0]), style)

    def print(self, text: str, style: str) -> None:
        """A line above the table."""
        with contextlib.suppress(OSError, ValueError):
            self._console.print(self._text(text, style), soft_wrap=True)

    def _rendered(self) -> Group:
        with self._lock:
            rows = list(self._counts.rows.values())
        # Those that go on come first: they are what there is to see.
        rows.sort(key=lambda row: row.end is not None)
        room = max(self._console.height - AROUND, LEAST_ROWS)
        table = Table(box=None, pad_edge=False, expand=False)
        table.add_column("phone", no_wrap=True, overflow="ellipsis")
        for step in self._steps:
            table.add_column(step, no_wrap=True, justify="right")
        table.add_column("now", no_wrap=True, overflow="ellipsis", ratio=1)
        for row in rows[:room]:
            cells = [self._text(self._cell(row, step)) for step in self._steps]
            table.add_row(self._text(row.name), *cells, self._now(row))
        counted = [row for row in rows if row.is_counted]
        ended = Counter(row.end[1] for row in counted if row.end)
        hidden = f", {len(rows) - room} more rows" if len(rows) > room else ""
        said = (
            f"{ended[_DONE]} done, {ended.total() - ended[_DONE]} not, "
            f"{len(counted) - ended.total()} going on{hidden}"
        )
        return Group(table, Text(said, style="dim"))

    def _cell(self, row: Row, step: str) -> str:
        if not row.is_counted:
            return ""
        going = next((each for each in row.going if each.label.startswith(f"{step} ")), None)
        if going is not None and going.total_bytes:
            return f"{min(100 * going.done_bytes // going.total_bytes, 100)} %"
        done = row.done[step]
        if row.end and row.end[1] == _DONE:
            return "✓"
        return f"{done}/{self._counts.expected}" if done or going else "·"

    def _now(self, row: Row) -> Text:
        if row.end is not None:
            return self._text(*row.end)
        if not row.going:
            return self._text(row.said, "dim")
        step = row.going[-1]
        elapsed_s = clock.monotonic_s() - step.started_s
        rate = ""
        if step.total_bytes:
            rate = f", {quantities.size(step.done_bytes / max(elapsed_s, 1e-3))}/s"
        return self._text(f"{step.label}  {quantities.seconds(elapsed_s)}{rate}")

    def _text(self, text: str, style: str = "") -> Text:
        return Text(neutral.encodable(text, self._encoding), style=style)

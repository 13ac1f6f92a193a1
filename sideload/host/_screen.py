"""Progress on a terminal: a spinner with seconds for each step, a bar with a rate for bytes."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TextIO

from rich.console import Console, RenderableType
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task
from rich.progress_bar import ProgressBar
from rich.table import Column
from rich.text import Text

from sideload.host import neutral, quantities
from sideload.host._livetable import LiveTable

BAR_WIDTH: Final = 24


class Screen:
    """One terminal; what goes on at the same time shares one live area at its bottom."""

    def __init__(self, stream: TextIO) -> None:
        self._encoding = stream.encoding
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._lock = threading.RLock()
        self._progress: Progress | None = None

    def line(self, text: str, style: str = "") -> None:
        """Print above the live area; the terminal wraps long lines."""
        safe = neutral.encodable(text, self._encoding)
        with contextlib.suppress(OSError, ValueError):
            self._console.print(Text(safe, style=style), soft_wrap=True)

    @contextlib.contextmanager
    def activity(self, label: str, total_bytes: int | None) -> Iterator[Callable[[int], None]]:
        """Show that something is going on; tell the result the bytes done since its last call."""
        with self._lock:
            progress = self._progress or self._start()
            safe = neutral.encodable(label, self._encoding)
            task = progress.add_task(safe, total=total_bytes)
        try:
            yield lambda done_bytes: progress.advance(task, done_bytes)
        finally:
            with self._lock:
                progress.remove_task(task)
                if not progress.tasks:
                    self._progress = None
                    progress.stop()

    def table(self, steps: Sequence[str]) -> contextlib.AbstractContextManager[LiveTable]:
        """A live table at the bottom, until the block ends; nothing else is live meanwhile."""
        return LiveTable(self._console, steps, self._encoding)

    def _start(self) -> Progress:
        utf8 = (self._encoding or "").lower().replace("-", "") == "utf8"
        self._progress = Progress(
            SpinnerColumn("dots" if utf8 else "line"),
            _Label(table_column=Column(no_wrap=True, overflow="ellipsis")),
            _Bar(table_column=Column(no_wrap=True)),
            _Detail(table_column=Column(no_wrap=True)),
            console=self._console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._progress.start()
        return self._progress


class _Label(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(task.description)


class _Bar(ProgressColumn):
    def render(self, task: Task) -> RenderableType:
        if task.total is None:
            return Text(quantities.seconds(task.elapsed or 0.0), style="dim")
        return ProgressBar(total=max(task.total, 1), completed=task.completed, width=BAR_WIDTH)


class _Detail(ProgressColumn):
    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text()
        done, total = quantities.size(task.completed), quantities.size(task.total)
        return Text(f"{done} of {total}  {quantities.size(task.speed or 0.0)}/s", style="dim")

"""Progress where no terminal is: a line when something ends, and signs of life while it lasts."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Final

from sideload.host import clock, neutral, quantities

# What takes less than this says nothing before its end.
PERIOD_S: Final = 3.0


def line(text: str, style: str = "") -> None:  # noqa: ARG001 - a terminal has styles
    """Write one line to stderr; nobody listening is no reason to stop working."""
    stream = sys.stderr
    if stream is not None:
        with contextlib.suppress(OSError, ValueError):
            stream.write(neutral.encodable(text, stream.encoding) + "\n")
            stream.flush()


@contextlib.contextmanager
def activity(
    label: str, total_bytes: int | None, *, period_s: float = PERIOD_S
) -> Iterator[Callable[[int], None]]:
    """Say that something is going on; tell the result the bytes done since its last call."""
    if total_bytes is not None:
        yield _Percentage(label, total_bytes, period_s).advance
        return
    timer = threading.Timer(period_s, line, [f"… {label}"])
    timer.daemon = True
    timer.start()
    try:
        yield _ignore
    finally:
        timer.cancel()


class _Percentage:
    def __init__(self, label: str, total_bytes: int, period_s: float) -> None:
        self._label = label
        self._total_bytes = total_bytes
        self._period_s = period_s
        self._done_bytes = 0
        self._started_s = self._told_s = clock.monotonic_s()
        self._lock = threading.Lock()

    def advance(self, done_bytes: int) -> None:
        with self._lock:
            self._done_bytes += done_bytes
            now_s = clock.monotonic_s()
            if now_s - self._told_s >= self._period_s:
                self._told_s = now_s
                line(self._sentence(now_s - self._started_s))

    def _sentence(self, elapsed_s: float) -> str:
        percent = 100 * self._done_bytes // max(self._total_bytes, 1)
        done, total = quantities.size(self._done_bytes), quantities.size(self._total_bytes)
        rate = quantities.size(self._done_bytes / elapsed_s)
        return f"… {self._label}  {percent} %, {done} of {total}, {rate}/s"


def _ignore(done_bytes: int) -> None:
    """Take no notice: a step has no size."""


class Rows:
    """Things that go on side by side: every line begins with the name of whose it is."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet

    def row(self, name: str, *, is_counted: bool = True) -> "Row":  # noqa: ARG002 - of a terminal
        """The row of that name."""
        return Row(name)

    def expect(self, count: int) -> None:
        """Lines need not know."""

    def end(self, name: str, text: str, style: str) -> None:
        """Say how it ended; even when quiet, where it failed."""
        if style != "green" or not self._is_quiet:
            line(f"{neutral.line(name)}: {neutral.block(text)}", style)


class Row:
    """One of them."""

    def __init__(self, name: str) -> None:
        self._name = neutral.line(name)

    def line(self, text: str, style: str = "") -> None:
        """One line, after the name."""
        line(f"{self._name}: {text}", style)

    def activity(
        self, label: str, total_bytes: int | None
    ) -> contextlib.AbstractContextManager[Callable[[int], None]]:
        """As for everything, after the name."""
        return activity(f"{self._name}: {label}", total_bytes)

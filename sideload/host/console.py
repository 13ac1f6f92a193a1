"""What a person sees: progress on stderr, results on stdout; plain lines where no terminal is.

Text of others goes through here without being able to steer the terminal or to forge a line. rich
is imported only where there is a terminal, so importing this module costs nothing.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from sideload.host import _plainlog, clock, neutral, quantities
from sideload.host._oserrors import explained

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import TypeGuard

    from sideload.host._screen import Screen

DONE: Final = "✓"
FAILED: Final = "✗"
STYLES: Final = {DONE: "green", FAILED: "red"}


class Display(Protocol):
    """A place where progress is shown."""

    def line(self, text: str, style: str = "") -> None:
        """Show a line."""

    def activity(
        self, label: str, total_bytes: int | None
    ) -> "AbstractContextManager[Callable[[int], None]]":
        """Show that something is going on; tell the result the bytes done since its last call."""


class Table(Protocol):
    """Rows of things that go on side by side, each with the same steps."""

    def row(self, name: str, *, is_counted: bool = True) -> Display:
        """The row of that name; what is shown in it begins with the name of its step.

        One that is not counted has something else to do.
        """

    def expect(self, count: int) -> None:
        """Each step is to be done so many times in each row."""

    def end(self, name: str, text: str, style: str) -> None:
        """The row is over."""


@dataclass
class _Settings:
    quiet: bool = False


_settings: Final = _Settings()
# In this thread, progress is shown there in place of the whole terminal.
_row: Final[ContextVar[Display | None]] = ContextVar("row", default=None)


def configure(quiet: bool) -> None:
    """Whether to keep progress to ourselves; warnings, failures and results are always shown."""
    _settings.quiet = quiet


def say(text: str) -> None:
    """Show a line of progress."""
    if not _settings.quiet:
        _display().line(neutral.block(text))


def note(text: str) -> None:
    """Show a line of progress that matters less."""
    if not _settings.quiet:
        _display().line(neutral.block(text), "dim")


def warn(text: str) -> None:
    """Show something that a person should know, even when quiet."""
    _display().line(f"warning: {neutral.block(text)}", "yellow")


def fail(text: str) -> None:
    """Show why the program ends, even when quiet."""
    _display().line(neutral.block(text), "red")


def result(text: str) -> bool:
    """Write what was asked for to stdout, with a line end; False where nobody reads it.

    A reader that has gone, such as `head`, is no failure.

    Raises:
        HostFileError: It cannot be written, because the disk is full for example.
    """
    stream = sys.stdout
    if stream is None:
        return False
    safe = "\n".join(neutral.line(part) for part in text.split("\n"))
    written = False
    try:
        with explained(Path("standard output"), "write"), contextlib.suppress(BrokenPipeError):
            stream.write(neutral.encodable(safe, stream.encoding) + "\n")
            stream.flush()
            written = True
    finally:
        if not written:
            _abandon(stream)
    return written


@contextlib.contextmanager
def live() -> Iterator[Callable[[str], bool] | None]:
    """An area of stdout whose text each call replaces; None where stdout is no terminal.

    What stood there last stays. A call says whether anybody sees it.
    """
    stream = sys.stdout
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    from sideload.host import _live  # noqa: PLC0415 - rich takes 0.1 s to import

    with _live.area(stream) as replace:
        yield lambda text: replace("\n".join(map(neutral.line, text.split("\n"))))


@contextlib.contextmanager
def step(label: str) -> Iterator[None]:
    """Show that a step is going on, and at its end whether it was done and in how many seconds."""
    with _activity(label, None):
        yield


@contextlib.contextmanager
def progress(label: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
    """Show how many bytes are done, and how fast; the result is told those since its last call."""
    with _activity(label, total_bytes) as advance:
        yield advance


@contextlib.contextmanager
def table(steps: Sequence[str]) -> Iterator[Table]:
    """A table of rows and steps, live where a terminal is; elsewhere each line names its row."""
    stream = sys.stderr
    if not _is_terminal(stream) or _settings.quiet:
        yield _plainlog.Rows(is_quiet=_settings.quiet)
        return
    with _screen(stream).table(steps) as made:
        yield made


@contextlib.contextmanager
def shown_in(row: Display) -> Iterator[None]:
    """What this thread shows goes to `row` for as long as the block."""
    token = _row.set(row)
    try:
        yield
    finally:
        _row.reset(token)


@contextlib.contextmanager
def _activity(label: str, total_bytes: int | None) -> Iterator[Callable[[int], None]]:
    if _settings.quiet:
        yield _ignore
        return
    display, text = _display(), neutral.line(label)
    started_s, mark = clock.monotonic_s(), FAILED
    try:
        with display.activity(text, total_bytes) as advance:
            yield advance
        mark = DONE
    finally:
        took_s = clock.monotonic_s() - started_s
        display.line(f"{mark} {text}  {_summary(took_s, total_bytes, mark)}", STYLES[mark])


def _summary(took_s: float, total_bytes: int | None, mark: str) -> str:
    if total_bytes is None or mark == FAILED:
        return quantities.seconds(took_s)
    rate = quantities.size(total_bytes / max(took_s, 1e-9))
    return f"{quantities.size(total_bytes)} in {quantities.seconds(took_s)}, {rate}/s"


def _display() -> Display:
    row = _row.get()
    if row is not None:
        return row
    stream = sys.stderr
    return _screen(stream) if _is_terminal(stream) else _plainlog


def _is_terminal(stream: TextIO | None) -> "TypeGuard[TextIO]":
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


@cache
def _screen(stream: TextIO) -> "Screen":
    from sideload.host._screen import Screen  # noqa: PLC0415 - rich takes 0.1 s to import

    return Screen(stream)


def _ignore(done_bytes: int) -> None:
    """Take no notice."""


def _abandon(stream: TextIO) -> None:
    # What is still buffered would fail again when the interpreter flushes it at exit.
    with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())

"""What comes back over `sync:` when content is sent or asked for, however packets tear it."""

from typing import Final

from sideload.errors import ProtocolError
from sideload.protocols.adb import sync
from sideload.protocols.adb.packets import REMEDY, Data
from sideload.protocols.adb.text import printable

_MOST_REASON: Final = 1 << 16


class _Reason:
    """Collects the reason after a `FAIL`, however it is torn."""

    def __init__(self, size: int) -> None:
        if size > _MOST_REASON:
            raise ProtocolError(f"a reason claims {size} bytes", remedy=REMEDY)
        self._missing = size
        self._text = bytearray()

    def feed(self, data: memoryview) -> memoryview:
        """Take what belongs to the reason; the rest comes back."""
        taken = data[: self._missing]
        self._text += taken
        self._missing -= len(taken)
        return data[len(taken) :]

    @property
    def text(self) -> str | None:
        """The whole reason, fit for a terminal; None until it is complete."""
        if self._missing:
            return None
        return printable(self._text)


class _Numbered:
    """Finds the four letters and the number, however they are torn."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: memoryview) -> tuple[tuple[bytes, int] | None, memoryview]:
        """The pair, if it is complete now, and what comes after it."""
        missing = sync.REQUEST.size - len(self._held)
        self._held += data[:missing]
        if len(self._held) < sync.REQUEST.size:
            return None, data[:0]
        name, number = sync.REQUEST.unpack(self._held)
        self._held.clear()
        return (name, number), data[missing:]


class Answers:
    """Reads what the other end says to files that were sent: stored, or why not."""

    def __init__(self) -> None:
        self._head = _Numbered()
        self._reason: _Reason | None = None

    def feed(self, data: Data) -> list[str | None]:
        """The answers that are complete now, in order: None for stored, else the reason.

        Raises:
            ProtocolError: This is no answer.
        """
        rest = memoryview(data)
        answers: list[str | None] = []
        while rest:
            rest = self._take(rest, answers)
        return answers

    def _take(self, rest: memoryview, answers: list[str | None]) -> memoryview:
        if self._reason is None:
            head, rest = self._head.feed(rest)
            if head is None:
                return rest
            if head[0] == sync.OKAY:
                answers.append(None)
                return rest
            self._reason = _reason_of(head)
        else:
            rest = self._reason.feed(rest)
        if self._reason.text is not None:
            answers.append(self._reason.text)
            self._reason = None
        return rest


class Download:
    """Reads the content of a file that was asked for."""

    def __init__(self) -> None:
        self.is_done = False
        self.refusal: str | None = None
        self._head = _Numbered()
        self._reason: _Reason | None = None
        self._missing = 0

    def feed(self, data: Data) -> list[memoryview]:
        """The parts of `data` that are content, without a copy; then look at `is_done`.

        `refusal` is the other end's reason where it does not give the file, or stops.

        Raises:
            ProtocolError: This is no answer to a request for a file.
        """
        rest = memoryview(data)
        parts = []
        while rest and not self.is_done:
            if self._reason is not None:
                rest = self._refused(rest, self._reason)
            elif self._missing:
                parts.append(rest[: self._missing])
                rest = rest[self._missing :]
                self._missing -= len(parts[-1])
            else:
                head, rest = self._head.feed(rest)
                self._begin(head)
        return parts

    def _begin(self, head: tuple[bytes, int] | None) -> None:
        if head is None:
            return
        name, number = head
        if name == sync.DATA:
            if number > sync.MAX_CHUNK:
                raise ProtocolError(f"a piece of a file claims {number} bytes", remedy=REMEDY)
            self._missing = number
        elif name == sync.DONE:
            self.is_done = True
        else:
            self._reason = _reason_of(head)
            self._refused(memoryview(b""), self._reason)

    def _refused(self, rest: memoryview, reason: _Reason) -> memoryview:
        rest = reason.feed(rest)
        self.refusal = reason.text
        self.is_done = self.refusal is not None
        return rest


def _reason_of(head: tuple[bytes, int]) -> _Reason:
    if head[0] != sync.FAIL:
        raise ProtocolError(f"adb sync answers nothing called {head[0]!r}", remedy=REMEDY)
    return _Reason(head[1])

"""A command that somebody holds on the phone, begun again when the server has ended under it.

What is held is a lock, mostly: the phone lets go of it with the server, and the new command has to
get it before anything else goes on.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final, Self

from sideload.errors import DeviceGoneError
from sideload.transports import Held

_REGAINED_WITHIN_S: Final = 10.0

Begin = Callable[[], AbstractContextManager[Held]]


class RegainedHold:
    """A `Held` in a `with` block; what it said last is what it has to say again."""

    def __init__(self, begin: Begin, holds: "list[RegainedHold]") -> None:
        self._begin = begin
        self._holds = holds
        self._open = begin()
        self._held: Held | None = None
        self._said: bytes | None = None

    def __enter__(self) -> Self:
        self._held = self._open.__enter__()
        self._holds.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._holds.remove(self)
        self._open.__exit__(kind, error, trace)

    def line(self, timeout_s: float) -> bytes | None:
        """The next line, without its end; None where the command ended."""
        if self._held is None:
            raise AssertionError("used outside its block")
        self._said = self._held.line(timeout_s)
        return self._said

    def again(self) -> None:
        """Begin it again, and wait until it has said what it had said last.

        Raises:
            DeviceGoneError: It says something else, or nothing: another run was faster.
        """
        wanted = self._said
        self._open.__exit__(None, None, None)
        self._open = self._begin()
        self._held = self._open.__enter__()
        try:
            while self._said is not None and self.line(_REGAINED_WITHIN_S) != wanted:
                pass
        except DeviceGoneError as error:
            raise _lost() from error
        if self._said != wanted:
            raise _lost()


def _lost() -> DeviceGoneError:
    return DeviceGoneError(
        "the adb server ended, and another run took the phone meanwhile",
        remedy="run the command again, which waits for that run and goes on from here",
    )

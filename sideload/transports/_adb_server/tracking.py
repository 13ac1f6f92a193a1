"""Hear of every change among the server's devices as it happens."""

import select
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from sideload.host import clock
from sideload.protocols.adb import server
from sideload.protocols.adb.server import Listed
from sideload.transports._adb_server import asking
from sideload.transports._adb_server.place import Place


class Tracker:
    """The server says its whole list at once, and again after each change; use it in a `with`."""

    def __init__(self, place: Place) -> None:
        """Ask for it.

        Raises:
            AbsentError: Nothing listens there.
            DeviceError: What listens there is no adb server.
            FailError: It does not tell.
        """
        self._place = place
        self._socket = asking.connect(place)
        try:
            with asking.explained(place):
                asking.request(self._socket, server.TRACK, asking.ANSWER_S)
        except BaseException:
            self._socket.close()
            raise
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def next(self, timeout_s: float) -> tuple[Listed, ...] | None:
        """The list after the next change; None where nothing changes within `timeout_s`.

        Raises:
            DeviceGoneError: The server ended.
        """
        with asking.explained(self._place):
            if not self._poll.poll(max(0.0, timeout_s) * 1000):
                return None
            return server.listed(asking.sized(self._socket, asking.ANSWER_S))


def lists(place: Place, timeout_s: float) -> Iterator[tuple[Listed, ...]]:
    """The list now, and after each change until `timeout_s` have gone by; raises as `Tracker`."""
    deadline_s = clock.monotonic_s() + timeout_s
    with Tracker(place) as tracker:
        while (found := tracker.next(deadline_s - clock.monotonic_s())) is not None:
            yield found


def once(place: Place) -> tuple[Listed, ...]:
    """The list now; raises as `asking.text`."""
    return server.listed(asking.text(place, server.DEVICES))

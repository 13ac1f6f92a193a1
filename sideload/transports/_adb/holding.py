"""A command on the phone that goes on for as long as somebody here holds it."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from sideload.errors import ProtocolError
from sideload.protocols.adb import shell
from sideload.protocols.adb.packets import REMEDY
from sideload.transports._adb.channel import Channel, Services

_MOST_LINE: Final = 1 << 16


@contextmanager
def held(services: Services, command: str, *, is_v2: bool) -> Iterator["HeldCommand"]:
    """The command, over `shell,v2:` or, before Android 7, over `exec:`.

    The phone closes its input when the channel or the connection ends, and adbd sends it SIGHUP.
    """
    service = f"shell,v2,raw:{command}" if is_v2 else f"exec:{command}"
    with services.open(service) as channel:
        yield HeldCommand(channel, is_v2=is_v2)


class HeldCommand:
    """Its lines, as they come."""

    def __init__(self, channel: Channel, *, is_v2: bool) -> None:
        self._channel = channel
        self._reader = shell.FrameReader() if is_v2 else None
        self._lines: deque[bytes] = deque()
        self._rest = b""

    def line(self, timeout_s: float) -> bytes | None:
        """The next line, without its end; None where the command ended.

        Raises:
            DeviceGoneError: The connection broke, or nothing came for `timeout_s`.
            ProtocolError: A line is longer than any that is of use.
        """
        self._channel.timeout_s = timeout_s
        while not self._lines and (payload := self._channel.read()):
            for piece in self._pieces(bytes(payload)):
                *whole, self._rest = (self._rest + piece).split(b"\n")
                self._lines += whole
            self._channel.release(payload)
            if len(self._rest) > _MOST_LINE:
                raise ProtocolError("a line from the phone has no end", remedy=REMEDY)
        if self._lines:
            return self._lines.popleft()
        last, self._rest = self._rest, b""
        return last or None

    def _pieces(self, payload: bytes) -> Iterable[bytes]:
        if self._reader is None:
            return [payload]
        frames = self._reader.feed(payload)
        return [data for kind, data in frames if kind in {shell.STDOUT, shell.STDERR}]

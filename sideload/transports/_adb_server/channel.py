"""One connection to the adb server that has become a service of a phone; a `Channel`."""

import contextlib
import select
import socket
from types import TracebackType
from typing import Final, Self

from sideload.errors import DeviceGoneError
from sideload.host import clock
from sideload.protocols.adb.packets import Data

# What one write may carry, and what is read at once: what stays in a processor's own memory while
# it passes through ours and the server's.
_PIECE: Final = 1 << 18
_MOST_SPARE: Final = 2
_WAIT_AGAIN: Final = "check that the phone is awake and connected, then run the command again"


class SocketChannel:
    """A stream of bytes in each direction, with what the system does not take at once kept here.

    At most one piece is kept in each direction, so a phone that is slow or talks a lot costs no
    memory. `timeout_s` bounds each silence, in seconds.
    """

    max_payload = _PIECE

    def __init__(self, opened: socket.socket, timeout_s: float) -> None:
        opened.setblocking(False)
        self.is_closed = False
        self._socket = opened
        self.timeout_s = timeout_s
        self._unsent = memoryview(b"")
        self._arrived: memoryview | None = None
        self._spare: list[memoryview] = []
        self._poll = select.poll()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    @property
    def is_readable(self) -> bool:
        """Has something arrived that was not read?"""
        return self._arrived is not None

    @property
    def is_writable(self) -> bool:
        """Has the system taken all that was written before?"""
        return not self._unsent and not self.is_closed

    @property
    def pending_bytes(self) -> int:
        """How much the system has not taken; the server does not say what it holds."""
        return len(self._unsent)

    def wait(self, *, for_room: bool = False) -> None:
        """Until something has arrived, the other end has closed, or (`for_room`) takes a write.

        Raises:
            DeviceGoneError: Nothing of that within the timeout.
        """
        self._until(for_room=for_room, for_input=True)

    def until_writable(self) -> None:
        """Wait until `write` may be called, whatever has arrived meanwhile.

        Raises:
            DeviceGoneError: The other end has closed, or took nothing within the timeout.
        """
        self._until(for_room=True, for_input=False)
        if self.is_closed:
            raise DeviceGoneError("the phone hung up", remedy="run the command again")

    def poll(self) -> None:
        """Send and receive what is possible at once."""
        self._send()
        self._receive()

    def write(self, *parts: Data) -> None:
        """Send all parts as one; what the system does not take yet is copied."""
        sent = 0
        try:
            sent = self._socket.sendmsg(parts)
        except BlockingIOError:
            pass
        except OSError:
            # What came before the end can still be read, and says why.
            return
        rest = []
        for part in parts:
            rest.append(memoryview(part)[min(sent, len(part)) :])
            sent -= len(part) - len(rest[-1])
        self._unsent = memoryview(b"".join(rest))

    def read(self) -> Data:
        """Wait for what arrives next, empty at the end; `release` it when done.

        Raises:
            DeviceGoneError: Nothing came within the timeout.
        """
        self.wait()
        arrived, self._arrived = self._arrived, None
        return arrived if arrived is not None else b""

    def release(self, payload: Data) -> None:
        """Say that what was read is not looked at any more; its memory is used again."""
        whole = memoryview(payload.obj) if isinstance(payload, memoryview) else memoryview(b"")
        if len(whole) == _PIECE and len(self._spare) < _MOST_SPARE:
            self._spare.append(whole)

    def abort(self) -> None:
        """End it from another thread; whoever waits for it finds it closed."""
        with contextlib.suppress(OSError):  # it may have ended already
            self._socket.shutdown(socket.SHUT_RDWR)

    def _until(self, *, for_room: bool, for_input: bool) -> None:
        deadline_s = clock.monotonic_s() + self.timeout_s
        while True:
            self.poll()
            if self.is_closed or (for_input and self.is_readable):
                return
            if for_room and not self._unsent:
                return
            wanted = select.POLLOUT if self._unsent else 0
            wanted |= 0 if self.is_readable else select.POLLIN
            self._poll.register(self._socket, wanted)
            if not self._poll.poll(max(0.0, deadline_s - clock.monotonic_s()) * 1000):
                raise DeviceGoneError(
                    f"the phone said nothing for {self.timeout_s:g} s",
                    remedy=_WAIT_AGAIN,
                )

    def _send(self) -> None:
        while self._unsent:
            try:
                sent = self._socket.send(self._unsent)
            except BlockingIOError:
                return
            except OSError:
                sent = len(self._unsent)
            self._unsent = self._unsent[sent:]

    def _receive(self) -> None:
        if self._arrived is not None or self.is_closed:
            return
        room = self._spare.pop() if self._spare else memoryview(bytearray(_PIECE))
        try:
            size_bytes = self._socket.recv_into(room)
        except BlockingIOError:
            self._spare.append(room)
            return
        except OSError:
            size_bytes = 0
        if size_bytes:
            self._arrived = room[:size_bytes]
        else:
            self.is_closed = True

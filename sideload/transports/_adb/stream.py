"""One stream: a conversation with one service of the phone, with its own flow control."""

import contextlib
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final, Protocol, Self

from sideload.errors import DeviceGoneError, ProtocolError
from sideload.protocols.adb import packets
from sideload.protocols.adb.packets import Data

# How far one end may run ahead of the other at most, in bytes: enough for a fast network.
MOST_AHEAD: Final = 8 << 20
# Small packets are acknowledged together, up to this part of what may be ahead.
_PARTS: Final = 4


class Carrier(Protocol):
    """What a stream needs of its connection."""

    @property
    def has_delayed_ack(self) -> bool:
        """Are acknowledgements counted in bytes?"""

    @property
    def max_payload(self) -> int:
        """The most bytes that one packet may carry."""

    @property
    def ahead(self) -> int:
        """How far one end may run ahead of the other now, in bytes."""

    @property
    def lock(self) -> contextlib.AbstractContextManager[bool]:
        """Held while packets are handed over."""

    def send(self, command: int, arg0: int, arg1: int, *payload: Data) -> None:
        """Send one packet."""

    def until(self, reached: Callable[[], bool], timeout_s: float) -> None:
        """Handle packets until `reached`."""

    def poll(self) -> None:
        """Handle the packets that have arrived."""

    def release(self, payload: Data) -> None:
        """Use this memory again."""

    def forget(self, stream: "Stream") -> None:
        """Hand over nothing more."""


class Stream:
    """`is_closed` is the phone's end of it; what had arrived before can still be read.

    `timeout_s` bounds each silence of the phone, in seconds; `ahead` is how far it may run ahead
    of us, where acknowledgements are counted.
    """

    def __init__(self, carrier: Carrier, local_id: int, timeout_s: float) -> None:
        self.local_id = local_id
        self.timeout_s = timeout_s
        self.ahead = carrier.ahead
        self.is_open = False
        self.is_closed = False
        self._carrier = carrier
        self._remote_id = 0
        self._credit = 0
        self._offered = 0
        self._written = 0
        self._inbox: deque[Data] = deque()
        self._queued = 0
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def max_payload(self) -> int:
        """The most bytes that one packet may carry."""
        return self._carrier.max_payload

    @property
    def is_readable(self) -> bool:
        """Has something arrived?"""
        return bool(self._inbox)

    @property
    def is_writable(self) -> bool:
        """Would the phone take a packet now?"""
        return self._credit > 0 and not self.is_closed

    @property
    def pending_bytes(self) -> int:
        """How much of what was written the phone has not said that it took."""
        return self._offered - self._credit if self._carrier.has_delayed_ack else self._written

    def until_open(self) -> bool:
        """Wait for the phone's answer to the stream's opening: does it have the service?"""
        self._carrier.until(lambda: self.is_open or self.is_closed, self.timeout_s)
        return self.is_open

    def wait(self, *, for_room: bool = False) -> None:
        """Until something has arrived, the phone has closed, or (`for_room`) takes a packet.

        Raises:
            DeviceGoneError: The connection broke, or nothing came in time.
        """
        self._carrier.until(
            lambda: bool(self._inbox) or self.is_closed or (for_room and self._credit > 0),
            self.timeout_s,
        )

    def until_writable(self) -> None:
        """Wait until the phone takes a packet, whatever has arrived meanwhile.

        Raises:
            DeviceGoneError: The connection broke, or the phone closed the stream.
        """
        self._carrier.until(lambda: self._credit > 0 or self.is_closed, self.timeout_s)
        if self.is_closed:
            raise DeviceGoneError("the phone hung up", remedy="run the command again")

    def poll(self) -> None:
        """Look at what has arrived, without waiting for more."""
        self._carrier.poll()

    def write(self, *parts: Data) -> None:
        """Send one packet; only where `is_writable`."""
        is_counted = self._carrier.has_delayed_ack
        size_bytes = sum(map(len, parts))
        with self._carrier.lock:
            self._credit -= size_bytes if is_counted else 1
            self._written += size_bytes
        self._carrier.send(packets.WRTE, self.local_id, self._remote_id, *parts)

    def read(self) -> Data:
        """Wait for the next payload, empty at the end; `release` it when done.

        Raises:
            DeviceGoneError: The connection broke, or nothing came in time.
        """
        self.wait()
        with self._carrier.lock:
            payload = self._inbox.popleft() if self._inbox else b""
            self._queued -= len(payload)
        self._acknowledge(len(payload))
        return payload

    def release(self, payload: Data) -> None:
        """Say that what was read is not looked at any more."""
        self._carrier.release(payload)

    def close(self) -> None:
        """End the conversation; a command that still runs is ended by the phone."""
        self._carrier.forget(self)
        if self.is_open and not self.is_closed:
            self.is_closed = True
            # Where the connection is gone, so is the stream.
            with contextlib.suppress(DeviceGoneError):
                self._carrier.send(packets.CLSE, self.local_id, self._remote_id)

    def deliver(self, remote_id: int, payload: Data) -> None:
        """The connection hands over a payload that has arrived.

        Raises:
            ProtocolError: The phone sends far more than it may, or in another stream's name.
        """
        self._expect(remote_id)
        self._inbox.append(payload)
        self._queued += len(payload)
        if self._queued > 2 * MOST_AHEAD:
            raise ProtocolError("the phone ignores flow control", remedy=packets.REMEDY)

    def acknowledge(self, remote_id: int, payload: Data) -> None:
        """The connection hands over an acknowledgement that has arrived.

        Raises:
            ProtocolError: It is none, or comes in another stream's name.
        """
        is_first, self.is_open = not self.is_open, True
        if is_first:
            self._remote_id = remote_id
        self._expect(remote_id)
        if self._carrier.has_delayed_ack:
            count = packets.parse_count(payload)
            # The phone offers more than helps: what lies in between has left every cache.
            self._credit += min(count, self._carrier.ahead) if is_first else count
            self._offered = self._credit if is_first else self._offered
        else:
            # It says only "ready": adbd sends one for each part that it could store.
            self._credit = 1
            self._written = 0

    def _expect(self, remote_id: int) -> None:
        if not self.is_open or remote_id != self._remote_id:
            raise ProtocolError(
                "the phone mixes up its streams", remedy="restart adb debugging on the phone"
            )

    def _acknowledge(self, size_bytes: int) -> None:
        is_counted = self._carrier.has_delayed_ack
        self._taken += size_bytes
        if self.is_closed or not size_bytes or (is_counted and self._taken < self.ahead // _PARTS):
            return
        count = packets.pack_count(self._taken) if is_counted else b""
        self._taken = 0
        self._carrier.send(packets.OKAY, self.local_id, self._remote_id, count)

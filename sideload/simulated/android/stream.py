"""One stream of a connection, as the phone's services see it: bytes in, bytes out, both limited."""

import asyncio
from collections import deque
from typing import Final, Protocol

from sideload.protocols.adb import packets

# A client that ignores its window is not a client; an empty packet costs memory too.
_MOST_QUEUED: Final = 2 * packets.WINDOW
_PACKET_COST: Final = 64


class StreamClosedError(Exception):
    """The other end closed the stream, or the connection is gone: the service serves nobody."""


class Carrier(Protocol):
    """What a stream needs of its connection."""

    @property
    def max_payload(self) -> int:
        """The most bytes that one packet may carry."""

    @property
    def has_delayed_ack(self) -> bool:
        """Are acknowledgements counted in bytes?"""

    def acknowledge(self, stream: "Stream", size_bytes: int) -> None:
        """Tell the other end that so many bytes are taken."""

    async def carry(self, stream: "Stream", payload: packets.Data) -> None:
        """Send one packet; returns when there is room for the next."""


class Stream:
    """A numbered stream: its connection calls `deliver`, `credit` and `close`, others the rest."""

    def __init__(self, carrier: Carrier, *, local_id: int, remote_id: int, credit: int) -> None:
        self.local_id = local_id
        self.remote_id = remote_id
        self.is_closed = False
        self._carrier = carrier
        self._credit = credit
        self._packets: deque[memoryview] = deque()
        self._queued = 0
        self._current = memoryview(b"")
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()

    @property
    def max_payload(self) -> int:
        """The most bytes that one packet may carry."""
        return self._carrier.max_payload

    @property
    def is_at_packet_end(self) -> bool:
        """Is all of the packet taken that the last bytes came from?"""
        return not self._current

    def deliver(self, payload: memoryview) -> bool:
        """Queue what arrived; False where the other end sends far more than it may."""
        self._packets.append(payload)
        self._queued += len(payload) + _PACKET_COST
        self._changed.set()
        return self._queued <= _MOST_QUEUED

    def credit(self, size_bytes: int | None) -> None:
        """The other end took so many bytes; None: it says only that it is ready for a packet."""
        # An old acknowledgement is no count: adbd sends one for each part that it could store.
        self._credit = 1 if size_bytes is None else self._credit + size_bytes
        self._changed.set()

    def close(self) -> None:
        """Nothing more will arrive, and nothing more can be sent."""
        self.is_closed = True
        self._changed.set()

    async def some(self, limit: int) -> memoryview:
        """Between 1 and `limit` bytes, without a copy.

        Raises:
            StreamClosedError: The stream was closed and all that had arrived is taken.
        """
        while not self._current:
            await self._next()
        piece = self._current[:limit]
        self._current = self._current[limit:]
        return piece

    async def exactly(self, size_bytes: int) -> memoryview:
        """The next `size_bytes` bytes, copied only where they are in two packets.

        Raises:
            StreamClosedError: The stream was closed before that many arrived.
        """
        if 0 < size_bytes <= len(self._current):
            return await self.some(size_bytes)
        joined = bytearray()
        while len(joined) < size_bytes:
            joined += await self.some(size_bytes - len(joined))
        return memoryview(joined)

    async def write(self, data: packets.Data) -> None:
        """Send `data` in as many packets as it needs; returns when the last is on its way.

        Nothing that somebody else writes gets between them.

        Raises:
            StreamClosedError: Nobody takes it any more.
        """
        limit = self.max_payload
        view = memoryview(data)
        async with self._writing:
            for start in range(0, len(view), limit):
                piece = view[start : start + limit]
                await self._until_allowed()
                self._credit -= len(piece) if self._carrier.has_delayed_ack else 1
                await self._carrier.carry(self, piece)

    async def _next(self) -> None:
        while not self._packets:
            if self.is_closed:
                raise StreamClosedError
            self._changed.clear()
            await self._changed.wait()
        self._current = self._packets.popleft()
        self._queued -= len(self._current) + _PACKET_COST
        self._carrier.acknowledge(self, len(self._current))

    async def _until_allowed(self) -> None:
        while self._credit <= 0 and not self.is_closed:
            self._changed.clear()
            await self._changed.wait()
        if self.is_closed:
            raise StreamClosedError

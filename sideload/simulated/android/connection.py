"""One client's connection: bytes from and to a socket, and what faults do to them."""

import asyncio
import os
import socket
import struct
from functools import partial
from typing import Final, cast

from sideload.errors import ProtocolError
from sideload.protocols.adb import packets
from sideload.simulated.android import pacing, peers
from sideload.simulated.android.delayed import Delayed
from sideload.simulated.android.phone import Phone
from sideload.simulated.android.session import Session

# Room for several packets to a client that reads slowly, before its services have to wait.
_WRITE_BUFFER: Final = 4 << 20
# Below this, one copy costs less than a system call of its own for the header.
_JOINED: Final = 1 << 15
_ROOT: Final = 0
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Connection(asyncio.BufferedProtocol):
    """Reads each packet straight into memory of its own; faults know it as a `Wire`."""

    def __init__(self, phone: Phone) -> None:
        self.received_bytes = 0
        self._pace = pacing.Pace()
        self.sent_bytes = 0
        self._phone = phone
        phone.renew_faults()
        self._session = Session(phone, self)
        self._is_silent = False
        self._is_mute = False
        self._header: packets.Header | None = None
        self._room = memoryview(bytearray(packets.HEADER_SIZE))
        self._filled = 0
        self._way = Delayed()
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Someone has connected."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_WRITE_BUFFER)
        self._phone.clients.add(self)
        for fault in self._phone.faults:
            self._limit(fault.buffer_bytes())
            fault.connected(self)
        # The port stays ours while the phone is away: somebody else could take it.
        is_away = self._phone.restarting.is_set()
        if is_away or any(fault.refuses_connection() for fault in self._phone.faults):
            self.drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone, and with them what they had started."""
        del exc
        self._phone.clients.discard(self)
        self._is_silent = True
        self._writable.set()
        self._session.end()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes go: the rest of the header or payload that is being read."""
        del sizehint
        delay_s = self._phone.delay_s(pacing.LEAST_PIECE)
        limit = pacing.Pace.piece(delay_s) if delay_s else len(self._room)
        return self._room[self._filled : self._filled + limit]

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes have arrived there."""
        self.received_bytes += nbytes
        piece = self._room[self._filled : self._filled + nbytes]
        for fault in self._phone.faults:
            fault.received(self, piece)
        if self._is_silent:
            return
        if delay_s := self._phone.delay_s(nbytes):
            loop = asyncio.get_running_loop()
            if (until_s := self._pace.until_s(delay_s, loop.time())) > loop.time():
                self._transport.pause_reading()
                loop.call_at(until_s, self._read_on)
        self._filled += nbytes
        if self._filled == len(self._room):
            self._advance()

    def pause_writing(self) -> None:
        """The client reads more slowly than the phone writes."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._writable.set()

    async def writable(self, size_bytes: int) -> None:
        """Wait until the client has room, and for as long as a slow link takes for `size_bytes`."""
        delay_s = self._phone.delay_s(size_bytes)
        if delay_s:
            await asyncio.sleep(delay_s)
        if not self._writable.is_set():
            await self._writable.wait()

    def send(self, header: bytes, payload: packets.Data = b"") -> None:
        """Queue one packet."""
        if self._phone.faults:
            data = header + bytes(payload)
            for fault in self._phone.faults:
                data = fault.leaving(self, data)
            self.sent_bytes += len(data)
            self._way.send(partial(self._write, data), self._phone.latency_s())
        elif len(payload) <= _JOINED:
            self._write(header + payload)
        else:
            self._write(header)
            self._write(payload)

    def inject(self, packet: packets.Packet) -> None:
        """Send a packet that is none of the session's."""
        self._session.send_exactly(packet)

    def is_own(self) -> bool:
        """Does the client belong to whoever started the phone? Yes where the host does not tell."""
        ports = (self._transport.get_extra_info(name)[1] for name in ("peername", "sockname"))
        return peers.user(*ports) in {None, _ROOT, os.getuid()}

    def drop(self) -> None:
        """Break the connection off, without a goodbye."""
        self._is_silent = True
        self._transport.abort()

    def reset(self) -> None:
        """The same by a TCP reset."""
        self._option(socket.SO_LINGER, _RESET_ON_CLOSE)
        self.drop()

    def half_close(self) -> None:
        """Say that nothing more will come, but read on."""
        if not self._is_mute:
            self._is_mute = True
            self._transport.write_eof()

    def stall(self) -> None:
        """Keep the connection, and never read or write on it again."""
        self._is_silent = True
        self._transport.pause_reading()

    def reboot(self) -> None:
        """End every connection of the phone, and let it start again."""
        self._phone.restart()

    def _write(self, data: packets.Data) -> None:
        if not (self._is_silent or self._is_mute):
            self._transport.write(data)

    def _limit(self, buffer_bytes: int) -> None:
        if buffer_bytes:
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                self._option(option, buffer_bytes)

    def _option(self, option: int, value: int | bytes) -> None:
        opened = self._transport.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, option, value)

    def _read_on(self) -> None:
        if not (self._is_silent or self._transport.is_closing()):
            self._transport.resume_reading()

    def _advance(self) -> None:
        """What was awaited is complete: a header, or the payload after it."""
        try:
            if self._header is None:
                self._header = packets.parse_header(self._room)
                self._expect(self._header.size)
                if self._header.size:
                    return
            header, payload = self._header, self._room
            self._header = None
            self._expect(packets.HEADER_SIZE)
        except ProtocolError:
            self.drop()  # like adbd: whoever sends this would not understand an answer
            return
        self._way.send(partial(self._take, header, payload), self._phone.latency_s())

    def _take(self, header: packets.Header, payload: memoryview) -> None:
        for fault in self._phone.faults:
            fault.arrived(self, header)
        try:
            if not self._is_silent:
                self._session.packet(header, payload)
        except ProtocolError:
            self.drop()

    def _expect(self, size_bytes: int) -> None:
        if size_bytes > max(self._session.max_payload, packets.LEAST_PAYLOAD):
            raise ProtocolError("a packet is too large", remedy=packets.REMEDY)
        self._room = memoryview(bytearray(size_bytes))
        self._filled = 0

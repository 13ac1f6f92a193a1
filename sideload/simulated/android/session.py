"""What the packets of one connection mean: first who is there, then streams that open and close."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, Protocol, TypeAlias

from sideload.errors import ProtocolError
from sideload.protocols.adb import packets
from sideload.protocols.adb.packets import Header, Packet
from sideload.simulated.android import services
from sideload.simulated.android.handshake import Handshake
from sideload.simulated.android.phone import Phone
from sideload.simulated.android.stream import Stream, StreamClosedError

# More than any client uses at once, and few enough to survive one that opens without end.
_MOST_STREAMS: Final = 256

_Handlers: TypeAlias = Mapping[int, Callable[[Header, memoryview], None]]


class Link(Protocol):
    """What a session needs of its connection."""

    def send(self, header: bytes, payload: packets.Data = b"") -> None:
        """Queue one packet."""

    async def writable(self, size_bytes: int) -> None:
        """Wait until there is room for one."""

    def is_own(self) -> bool:
        """Does the client belong to whoever started the phone?"""

    def drop(self) -> None:
        """Break the connection off."""


class Session:
    """Turns packets into streams and back; the `Carrier` of its streams."""

    def __init__(self, phone: Phone, link: Link) -> None:
        self._phone = phone
        self._link = link
        self._handshake = Handshake(phone, link.is_own)
        self._streams: dict[int, Stream] = {}
        self._last_id = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._online: _Handlers = {
            packets.OPEN: self._open,
            packets.OKAY: self._okay,
            packets.WRTE: self._write,
            packets.CLSE: self._close,
        }

    @property
    def max_payload(self) -> int:
        """The most bytes that one packet may carry, either way."""
        return self._handshake.agreement.max_payload

    @property
    def has_delayed_ack(self) -> bool:
        """Are acknowledgements counted in bytes?"""
        return self._handshake.agreement.has_delayed_ack

    def packet(self, header: Header, payload: memoryview) -> None:
        """A whole packet has arrived.

        Raises:
            ProtocolError: The other end does not keep to the protocol.
        """
        has_checksums = self._handshake.agreement.has_checksums
        if has_checksums and header.checksum != packets.checksum(payload):
            raise ProtocolError("a packet's checksum is wrong", remedy=packets.REMEDY)
        if header.command == packets.CNXN:
            self.end()
            self._send(self._handshake.connect(header.arg0, header.arg1, payload))
        elif header.command == packets.AUTH:
            self._authenticate(header.arg0, bytes(payload))
        elif self._handshake.is_done and header.command in self._online:
            self._online[header.command](header, payload)

    def send_exactly(self, packet: Packet) -> None:
        """Send a packet as it is, whatever faults there are."""
        is_first = packet.command in {packets.CNXN, packets.AUTH}
        has_checksum = is_first or self._handshake.agreement.has_checksums
        checksum = packets.checksum(packet.payload) if has_checksum else 0
        command, arg0, arg1, payload = packet
        self._link.send(packets.pack_header(command, arg0, arg1, len(payload), checksum), payload)

    def end(self) -> None:
        """Close every stream: the connection is gone, or starts again."""
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()

    def acknowledge(self, stream: Stream, size_bytes: int) -> None:
        """The service took so many bytes."""
        if not stream.is_closed:
            count = packets.pack_count(size_bytes) if self.has_delayed_ack else b""
            self._send(Packet(packets.OKAY, stream.local_id, stream.remote_id, count))

    async def carry(self, stream: Stream, payload: packets.Data) -> None:
        """The service sends one packet."""
        await self._link.writable(len(payload))
        self._send(Packet(packets.WRTE, stream.local_id, stream.remote_id, payload))

    def _authenticate(self, kind: int, proof: bytes) -> None:
        is_offer = kind == packets.PUBLIC_KEY
        if is_offer and any(fault.hangs_up_on_key() for fault in self._phone.faults):
            self._link.drop()
            return
        delay_s = max((fault.key_delay_s() for fault in self._phone.faults), default=0.0)
        if is_offer and delay_s:
            loop = asyncio.get_running_loop()
            loop.call_later(delay_s, self._answer, kind, proof)
        else:
            self._answer(kind, proof)

    def _answer(self, kind: int, proof: bytes) -> None:
        answer = self._handshake.authenticate(kind, proof)
        if answer is not None:
            self._send(answer)

    def _send(self, packet: Packet) -> None:
        for each in self._phone.sent(packet):
            if isinstance(each, bytes):
                self._link.send(each)
            else:
                self.send_exactly(each)

    def _open(self, header: Header, payload: memoryview) -> None:
        self._phone.renew_faults()
        # Like adbd: with `delayed_ack` the second argument is a window, and else there is none.
        is_sound = header.arg0 and bool(header.arg1) == self.has_delayed_ack
        name = bytes(payload).rstrip(b"\0").decode("utf-8", "surrogateescape")
        service = services.find(self._phone, name) if is_sound else None
        if service is None or len(self._streams) >= _MOST_STREAMS:
            self._send(Packet(packets.CLSE, 0, header.arg0))
            return
        self._last_id += 1
        stream = Stream(
            self,
            local_id=self._last_id,
            remote_id=header.arg0,
            credit=header.arg1 if self.has_delayed_ack else 1,
        )
        self._streams[stream.local_id] = stream
        window = packets.pack_count(packets.WINDOW) if self.has_delayed_ack else b""
        self._send(Packet(packets.OKAY, stream.local_id, stream.remote_id, window))
        task = asyncio.get_running_loop().create_task(self._serve(service, stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, service: services.Service, stream: Stream) -> None:
        try:
            # Nobody listens any more, or the host cannot do it: either way the stream closes.
            with suppress(StreamClosedError, OSError):
                await service(stream)
        finally:
            if self._streams.pop(stream.local_id, None):
                stream.close()
                self._send(Packet(packets.CLSE, stream.local_id, stream.remote_id))

    def _find(self, header: Header) -> Stream | None:
        stream = self._streams.get(header.arg1)
        return stream if stream and stream.remote_id == header.arg0 else None

    def _okay(self, header: Header, payload: memoryview) -> None:
        stream = self._find(header)
        if stream is not None:
            stream.credit(packets.parse_count(payload) if self.has_delayed_ack else None)

    def _write(self, header: Header, payload: memoryview) -> None:
        stream = self._find(header)
        if stream is not None and not stream.deliver(payload):
            raise ProtocolError("more was sent than the window allows", remedy=packets.REMEDY)

    def _close(self, header: Header, payload: memoryview) -> None:
        del payload
        stream = self._find(header)
        if stream is not None:
            del self._streams[stream.local_id]
            stream.close()
            # adbd answers a CLSE with one of its own, and some clients wait for it.
            self._send(Packet(packets.CLSE, stream.local_id, stream.remote_id))

"""Packets over a transport: whole ones out, from any thread; one after another in."""

import threading
from typing import Final

from sideload.errors import DeviceGoneError, ProtocolError
from sideload.protocols.adb import packets
from sideload.protocols.adb.packets import Data, Header, Packet
from sideload.transports._adb.tcp import TcpTransport

# Below this, memory of its own costs less than keeping some to use again.
_SMALL: Final = 1 << 12
_MOST_SPARE: Final = 4


class Wire:
    """What both ends have agreed on decides about checksums and the size of a packet.

    `timeout_s` bounds how long the other end may take nothing, in seconds.
    """

    def __init__(self, transport: TcpTransport, timeout_s: float) -> None:
        self.has_checksums = True
        self.max_payload = packets.MAX_PAYLOAD
        self._transport = transport
        self._timeout_s = timeout_s
        self._sending = threading.Lock()
        self._spare: list[bytearray] = []
        self._header: Header | None = None
        self._room = self._missing = memoryview(bytearray(packets.HEADER_SIZE))

    def send(self, command: int, arg0: int, arg1: int, *payload: Data) -> None:
        """Send one packet; the parts of its payload are not joined.

        Raises:
            DeviceGoneError: The connection broke, or the other end takes nothing.
        """
        size_bytes = sum(map(len, payload))
        checksum = sum(map(packets.checksum, payload)) & 0xFFFFFFFF if self.has_checksums else 0
        header = packets.pack_header(command, arg0, arg1, size_bytes, checksum)
        with self._sending:
            try:
                self._transport.send([header, *payload], self._timeout_s)
            except BaseException:
                # Whatever came next would be taken for the rest of this packet.
                self._transport.close()
                raise

    def receive(self, timeout_s: float) -> Packet | None:
        """The next packet; None where none was complete in time, then call again.

        Its payload is memory that is used again after `release`.

        Raises:
            DeviceGoneError: The connection broke.
            ProtocolError: This is no packet, or it is larger than agreed on.
        """
        while True:
            while self._missing:
                received = self._transport.receive_into(self._missing, timeout_s)
                if not received:
                    return None
                self._missing = self._missing[received:]
            if self._header is not None:
                return self._complete(self._header)
            self._header = packets.parse_header(self._room)
            self._begin(self._memory(self._header.size), self._header.size)

    def release(self, payload: Data) -> None:
        """Say that a received payload is not looked at any more."""
        if isinstance(payload, memoryview) and isinstance(payload.obj, bytearray):
            memory = payload.obj
            if len(memory) == self.max_payload and len(self._spare) < _MOST_SPARE:
                self._spare.append(memory)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _begin(self, memory: bytearray, size_bytes: int) -> None:
        self._room = memoryview(memory)[:size_bytes]
        self._missing = self._room

    def _memory(self, size_bytes: int) -> bytearray:
        # A payload up to the least that everybody takes is fine even before there is an agreement.
        if size_bytes > max(self.max_payload, packets.LEAST_PAYLOAD):
            raise ProtocolError(f"a packet claims {size_bytes} bytes", remedy=packets.REMEDY)
        if size_bytes <= _SMALL:
            return bytearray(size_bytes)
        return self._spare.pop() if self._spare else bytearray(self.max_payload)

    def _complete(self, header: Header) -> Packet:
        payload = self._room
        self._header = None
        self._begin(bytearray(packets.HEADER_SIZE), packets.HEADER_SIZE)
        if self.has_checksums and header.checksum not in {0, packets.checksum(payload)}:
            raise DeviceGoneError(
                "a packet arrived with a wrong checksum",
                remedy="try another cable or network, then run the command again",
            )
        return Packet(header.command, header.arg0, header.arg1, payload)

"""Faults of the link: bytes that come late, changed, or not at all."""

from typing import Final

from sideload.protocols.adb import packets
from sideload.protocols.adb.packets import Header
from sideload.simulated.android.faults.fault import CountingFault, Fault, Wire

_STEPS: Final = {
    "greeting": packets.CNXN,
    "auth": packets.AUTH,
    "open": packets.OPEN,
    "okay": packets.OKAY,
    "write": packets.WRTE,
    "close": packets.CLSE,
}
_ONCE: Final = ":once"


class RefusePort(Fault):
    """Nothing listens at its address; the port stays taken."""

    name = "refuse-port"

    def listens(self) -> bool:
        """Never."""
        return False


class Refuse(Fault):
    """Accepts each connection and closes it at once."""

    name = "refuse"

    def refuses_connection(self) -> bool:
        """Always."""
        return True


class ReconnectStorm(CountingFault):
    """Closes so many connections as soon as they are opened, and takes the next."""

    name = "reconnect-storm"
    value = "COUNT"

    def refuses_connection(self) -> bool:
        """Until it has counted enough."""
        self.limit -= 1
        return self.limit >= 0


class ResetAt(Fault):
    """Resets a connection at a step: connect, greeting, auth, open, okay, write or close.

    With a count, at the packet of that kind with this number.
    """

    name = "reset-at"
    value = "STEP[:COUNT]"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.step, colon, count = value.partition(":")
        is_count = count.isascii() and count.isdigit() and int(count) > 0
        if self.step not in {"connect", *_STEPS} or (colon and not is_count):
            raise self.misused()
        self.count = int(count or 1)
        self._seen: dict[Wire, int] = {}

    def connected(self, wire: Wire) -> None:
        """Reset at once, for the first step."""
        self._seen = {wire: 0}
        if self.step == "connect":
            wire.reset()

    def arrived(self, wire: Wire, header: Header) -> None:
        """Reset at the packet with that number."""
        if header.command == _STEPS.get(self.step):
            self._seen[wire] = self._seen.get(wire, 0) + 1
            if self._seen[wire] == self.count:
                wire.reset()


class DropAfter(CountingFault):
    """Each connection dies once so many bytes have arrived on it; with ":once", only the first."""

    name = "drop-after"
    value = "BYTES[:once]"

    def __init__(self, value: str) -> None:
        super().__init__(value.removesuffix(_ONCE))
        self.once = value.endswith(_ONCE)
        self.is_over = False

    def received(self, wire: Wire, piece: memoryview) -> None:
        """Drop past the limit."""
        del piece
        if not self.is_over and wire.received_bytes >= self.limit:
            self.is_over = self.once
            wire.drop()


class StallAfter(CountingFault):
    """Each connection falls silent, but stays open, once so many bytes have arrived on it."""

    name = "stall-after"

    def received(self, wire: Wire, piece: memoryview) -> None:
        """Stall past the limit."""
        del piece
        if wire.received_bytes >= self.limit:
            wire.stall()


class HalfClose(CountingFault):
    """Says that it will send no more once so many bytes have arrived, but reads on."""

    name = "half-close"

    def received(self, wire: Wire, piece: memoryview) -> None:
        """Half-close past the limit."""
        del piece
        if wire.received_bytes >= self.limit:
            wire.half_close()


class FlipBit(CountingFault):
    """One bit of the byte with this number, counted on each connection, arrives flipped.

    "in" is what the phone gets, "out" what it sends.
    """

    name = "flip-bit"
    value = "BYTE:in|out"

    def __init__(self, value: str) -> None:
        number, _, self.direction = value.partition(":")
        if self.direction not in {"in", "out"}:
            raise self.misused()
        super().__init__(number)

    def received(self, wire: Wire, piece: memoryview) -> None:
        """Flip it where it stands."""
        position = self.limit - (wire.received_bytes - len(piece))
        if self.direction == "in" and 0 <= position < len(piece):
            piece[position] ^= 1

    def leaving(self, wire: Wire, data: bytes) -> bytes:
        """The same the other way."""
        position = self.limit - wire.sent_bytes
        if self.direction == "in" or not 0 <= position < len(data):
            return data
        return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


class Slow(CountingFault):
    """Carries only so many bytes each second, each way."""

    name = "slow"
    value = "BYTES_PER_S"
    least = 1

    def delay_s(self, size_bytes: int) -> float:
        """In proportion."""
        return size_bytes / self.limit


class RoundTrip(CountingFault):
    """What is sent takes half of so many milliseconds to arrive, each way."""

    name = "round-trip"
    value = "MS"

    def latency_s(self) -> float:
        """Half of it."""
        return self.limit / 2000


class SmallBuffers(CountingFault):
    """Its sockets hold no more than so many bytes, as far as the system lets them be that small."""

    name = "small-buffers"
    least = 1

    def buffer_bytes(self) -> int:
        """That many."""
        return self.limit


class RebootAfter(CountingFault):
    """Starts again, once, when so many bytes have arrived on one connection; files stay."""

    name = "reboot-after"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.is_over = False

    def received(self, wire: Wire, piece: memoryview) -> None:
        """Reboot past the limit."""
        del piece
        if not self.is_over and wire.received_bytes >= self.limit:
            self.is_over = True
            wire.reboot()

"""Faults of the packets that a phone sends once somebody is let in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sideload.protocols.adb import packets
from sideload.protocols.adb.packets import Header, Packet
from sideload.simulated.android.faults.fault import CountingFault, Fault, Wire, joined
from sideload.simulated.android.identity import Identity

_WORD: Final = 0xFFFFFFFF
_UNKNOWN: Final = int.from_bytes(b"WHAT", "little")
_SHIFT: Final = 1000


class WrongMagic(Fault):
    """The packets that it writes do not end their headers as packets do."""

    name = "wrong-magic"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """The same with its last word changed."""
        if packet.command != packets.WRTE:
            return (packet,)
        whole = joined(packet)
        start = packets.HEADER_SIZE - 4
        return (whole[:start] + b"magi" + whole[packets.HEADER_SIZE :],)


class OversizePayload(Fault):
    """The packets that it writes claim a payload of 4 GiB."""

    name = "oversize-payload"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """The same with another size."""
        return (joined(packet, size=_WORD) if packet.command == packets.WRTE else packet,)


class WrongChecksum(Fault):
    """Wants checksums, as before Android 9, and sends wrong ones."""

    name = "wrong-checksum"

    def identity(self, identity: Identity) -> Identity:
        """An old one, but with all features."""
        return replace(identity, version=packets.VERSION_OLD)

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """One too many."""
        if packet.command != packets.WRTE:
            return (packet,)
        return (joined(packet, checksum=packets.checksum(packet.payload) + 1 & _WORD),)


class UnknownCommands(Fault):
    """Sends packets that no adb knows before each of its own."""

    name = "unknown-commands"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """Two instead of one."""
        if packet.command in {packets.AUTH, packets.CNXN}:
            return (packet,)
        return (Packet(_UNKNOWN, packet.arg0, packet.arg1, b"what?"), packet)


class DuplicateOkay(Fault):
    """Acknowledges everything twice."""

    name = "duplicate-okay"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """The same again."""
        return (packet,) * 2 if packet.command == packets.OKAY else (packet,)


class ForeignOkay(Fault):
    """Acknowledges streams that nobody has opened, and streams of others."""

    name = "foreign-okay"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """One for a stranger, one that pretends to come from a stranger, then the right one."""
        if packet.command != packets.OKAY:
            return (packet,)
        stranger = packet._replace(arg0=packet.arg0 + _SHIFT, arg1=packet.arg1 + _SHIFT)
        return (stranger, packet)


class NegativeAck(Fault):
    """Acknowledges less than nothing: each window shrinks to below zero, and grows again."""

    name = "negative-ack"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """A loan, its return, and the right one."""
        if packet.command != packets.OKAY or len(packet.payload) != len(packets.pack_count(0)):
            return (packet,)
        loan = packets.WINDOW * 2
        first = packet._replace(payload=packets.pack_count(-loan))
        return (packet, first, packet._replace(payload=packets.pack_count(loan)))


class AckOverflow(Fault):
    """Each acknowledgement claims that two gigabytes were taken."""

    name = "ack-overflow"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """The same with the greatest count."""
        if packet.command != packets.OKAY or not packet.payload:
            return (packet,)
        return (packet._replace(payload=packets.pack_count((1 << 31) - 1)),)


class OpensBack(Fault):
    """Opens streams to us, as no phone does unless ports are forwarded."""

    name = "opens-back"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """A stream of its own after each answer to one of ours."""
        if packet.command != packets.OKAY:
            return (packet,)
        return (packet, Packet(packets.OPEN, packet.arg0 + _SHIFT, 0, b"tcp:22\0"))


class CloseMidWrite(CountingFault):
    """Closes a stream, as if its service had died, once so many bytes have arrived on a link."""

    name = "close-mid-write"

    def arrived(self, wire: Wire, header: Header) -> None:
        """Close the stream that has just written."""
        if header.command == packets.WRTE and wire.received_bytes >= self.limit:
            wire.inject(Packet(packets.CLSE, header.arg1, header.arg0))

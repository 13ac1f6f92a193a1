"""Faults of the link and of the handshake."""

from dataclasses import replace
from typing import Final

from sideload.protocols.adb.packets import VERSION_OLD
from sideload.simulated.android.faults.fault import CountingFault, Fault, Wire
from sideload.simulated.android.identity import Identity

# What a phone before Android 9 takes, besides checksums on every packet.
_OLD_MAX_PAYLOAD: Final = 256 * 1024
# A public key has to fit into one packet, or nobody could ever be let in.
_LEAST_PAYLOAD: Final = 1024


class Refuse(Fault):
    """Accepts each connection and closes it at once."""

    name = "refuse"

    def refuses_connection(self) -> bool:
        """Always."""
        return True


class Unauthorized(Fault):
    """Trusts no key and never asks: the state that adb calls "unauthorized"."""

    name = "unauthorized"

    def refuses_key(self) -> bool:
        """Always."""
        return True


class OldProtocol(Fault):
    """Answers like Android 8: version 0x01000000 with checksums, no shell_v2, no stat_v2."""

    name = "old-protocol"

    def identity(self, identity: Identity) -> Identity:
        """The old one."""
        limit = min(identity.max_payload, _OLD_MAX_PAYLOAD)
        return replace(identity, version=VERSION_OLD, max_payload=limit, features=())


class MaxPayload(CountingFault):
    """Takes no packet with more than so many bytes of payload; at least 1024."""

    name = "max-payload"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if self.limit < _LEAST_PAYLOAD:
            raise self.misused()

    def identity(self, identity: Identity) -> Identity:
        """The same with a smaller limit."""
        return replace(identity, max_payload=min(identity.max_payload, self.limit))


class Slow(CountingFault):
    """Carries only so many bytes each second, each way."""

    name = "slow"
    value = "BYTES_PER_S"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if not self.limit:
            raise self.misused()

    def delay_s(self, size_bytes: int) -> float:
        """In proportion."""
        return size_bytes / self.limit


class DropAfter(CountingFault):
    """Each connection dies once so many bytes have arrived on it; with ":once", only the first."""

    name = "drop-after"
    value = "BYTES[:once]"

    def __init__(self, value: str) -> None:
        super().__init__(value.removesuffix(":once"))
        self.once = value.endswith(":once")
        self.is_over = False

    def received(self, wire: Wire) -> None:
        """Drop past the limit."""
        if not self.is_over and wire.received_bytes >= self.limit:
            self.is_over = self.once
            wire.drop()


class StallAfter(CountingFault):
    """Each connection falls silent, but stays open, once so many bytes have arrived on it."""

    name = "stall-after"

    def received(self, wire: Wire) -> None:
        """Stall past the limit."""
        if wire.received_bytes >= self.limit:
            wire.stall()


class RebootAfter(CountingFault):
    """Starts again, once, when so many bytes have arrived on one connection; files stay."""

    name = "reboot-after"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.is_over = False

    def received(self, wire: Wire) -> None:
        """Reboot past the limit."""
        if not self.is_over and wire.received_bytes >= self.limit:
            self.is_over = True
            wire.reboot()

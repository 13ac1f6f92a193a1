"""Faults of who is there, whom the phone trusts, and what it says it can do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sideload.protocols.adb import packets
from sideload.protocols.adb.packets import Header, Packet
from sideload.simulated.android.faults.fault import CountingFault, Fault, Wire
from sideload.simulated.android.identity import Identity

# What a phone before Android 9 takes, besides checksums on every packet.
_OLD_MAX_PAYLOAD: Final = 256 * 1024
_SYNC_V2: Final = frozenset({"stat_v2", "ls_v2", "sendrecv_v2"})
_GREETINGS: Final = frozenset({packets.AUTH, packets.CNXN})
_GARBAGE: Final = b"HTTP/1.1 400 Bad Request\r\nServer: not a phone\r\n\r\n"


class SilentGreeting(Fault):
    """Takes connections and never says a word."""

    name = "silent-greeting"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """Nothing."""
        del packet
        return ()


class GarbageGreeting(Fault):
    """Answers to a greeting as a web server would."""

    name = "garbage-greeting"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """A page that says so."""
        return (_GARBAGE,) if packet.command in _GREETINGS else (packet,)


class Stls(Fault):
    """Wants TLS, as the port of wireless debugging does."""

    name = "stls"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """The demand, instead of a token."""
        wants = Packet(packets.STLS, packets.VERSION_OLD, 0)
        return (wants,) if packet.command in _GREETINGS else (packet,)


class Unauthorized(Fault):
    """Trusts no key and never asks: the state that adb calls "unauthorized"."""

    name = "unauthorized"

    def refuses_key(self) -> bool:
        """Always."""
        return True


class Denied(Fault):
    """Trusts no key, and hangs up when one is offered: somebody pressed Cancel."""

    name = "denied"

    def refuses_key(self) -> bool:
        """Always."""
        return True

    def hangs_up_on_key(self) -> bool:
        """Always."""
        return True


class Pending(CountingFault):
    """Trusts no key at first; somebody accepts one after so many seconds."""

    name = "pending"
    value = "SECONDS"

    def key_delay_s(self) -> float:
        """That long."""
        return float(self.limit)


class OldProtocol(Fault):
    """Answers like Android 8: version 0x01000000 with checksums, no shell_v2, no stat_v2."""

    name = "old-protocol"

    def identity(self, identity: Identity) -> Identity:
        """The old one."""
        limit = min(identity.max_payload, _OLD_MAX_PAYLOAD)
        return replace(identity, version=packets.VERSION_OLD, max_payload=limit, features=())


class MaxPayload(CountingFault):
    """Takes no packet with more than so many bytes of payload; at least 1024."""

    name = "max-payload"
    # A public key has to fit into one packet, or nobody could ever be let in.
    least = 1024

    def identity(self, identity: Identity) -> Identity:
        """The same with a smaller limit."""
        return replace(identity, max_payload=min(identity.max_payload, self.limit))


class NoPayload(Fault):
    """Says that it takes no payload at all."""

    name = "no-payload"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """The greeting, with a limit of nothing."""
        return (packet._replace(arg1=0) if packet.command == packets.CNXN else packet,)


class NoShellV2(Fault):
    """Has no shell_v2: no exit codes, and stderr in stdout."""

    name = "no-shell-v2"

    def identity(self, identity: Identity) -> Identity:
        """One feature less."""
        return _without(identity, frozenset({"shell_v2"}))


class NoSyncV2(Fault):
    """Has none of stat_v2, ls_v2 and sendrecv_v2: sizes modulo 2^32, and no inodes."""

    name = "no-sync-v2"

    def identity(self, identity: Identity) -> Identity:
        """Three features less."""
        return _without(identity, _SYNC_V2)


class NoDelayedAck(Fault):
    """Has no delayed_ack: each packet waits for the answer to the one before."""

    name = "no-delayed-ack"

    def identity(self, identity: Identity) -> Identity:
        """One feature less."""
        return _without(identity, frozenset({"delayed_ack"}))


class LyingFeatures(Fault):
    """Says that it has a feature, and refuses it.

    It is one of shell_v2, stat_v2, ls_v2, sendrecv_v2 and sendrecv_v2_zstd.
    """

    name = "lying-features"
    value = "FEATURE"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if value not in {"shell_v2", "sendrecv_v2_zstd", *_SYNC_V2}:
            raise self.misused()
        self.feature = value

    def identity(self, identity: Identity) -> Identity:
        """With that feature, where it is none that every phone has."""
        return replace(
            identity, features=tuple({**dict.fromkeys(identity.features), self.feature: None})
        )

    def abilities(self, features: frozenset[str]) -> frozenset[str]:
        """All but that."""
        return features - {self.feature}


class GoneAtGreeting(Fault):
    """Restarts its adb daemon just when it has let somebody in."""

    name = "gone-at-greeting"

    def arrived(self, wire: Wire, header: Header) -> None:
        """Drop the connection at its first stream."""
        if header.command == packets.OPEN:
            wire.drop()


def _without(identity: Identity, features: frozenset[str]) -> Identity:
    left = tuple(name for name in identity.features if name not in features)
    return replace(identity, features=left)

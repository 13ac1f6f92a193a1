"""Agree on what both ends can do, and prove that the phone may trust us."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from sideload.errors import (
    DeviceError,
    DeviceGoneError,
    ProtocolError,
    RefusedError,
    UnauthorizedError,
)
from sideload.host import clock, console
from sideload.protocols.adb import banner, keys, packets
from sideload.protocols.adb.packets import Packet
from sideload.transports._adb.agreement import Agreement
from sideload.transports._adb.tcp import RESTART
from sideload.transports._adb.wire import Wire

# No phone claims less; a packet that holds nothing would make no progress.
_LEAST_PAYLOAD: Final = 512
# A phone that need not ask anybody answers sooner.
_AT_ONCE_S: Final = 1.0
_ACCEPT: Final = (
    "unlock the phone, accept the question about this computer, then run the command again; "
    "if it never asks, revoke its USB debugging authorisations in the developer options"
)


class Signer(Protocol):
    """One of adb-shell's signers: a private key, and the public one that belongs to it."""

    def Sign(self, data: bytes) -> bytes:  # noqa: N802 - adb-shell's name
        """The signature of a token."""

    def GetPublicKey(self) -> bytes:  # noqa: N802 - adb-shell's name
        """The line that the phone keeps."""


def shake(wire: Wire, signers: Sequence[Signer], timeout_s: float) -> Agreement:
    """Introduce ourselves; `wire` then knows about checksums and payloads.

    Raises:
        UnauthorizedError: The phone does not trust us, and nobody said that it should.
        RefusedError: It hung up, or wants TLS.
        ProtocolError: It does not speak adb.
        DeviceGoneError: It says nothing.
    """
    text = banner.build("host", features=banner.CLIENT_FEATURES)
    _say(wire, packets.CNXN, packets.VERSION, packets.MAX_PAYLOAD, text)
    return _agreed(wire, _welcome(wire, signers, timeout_s))


def _welcome(wire: Wire, signers: Sequence[Signer], timeout_s: float) -> Packet:
    """Answer questions until the phone lets us in; what it then says of itself."""
    proofs = _proofs(signers)
    kind = 0
    deadline_s = clock.monotonic_s() + timeout_s
    while True:
        packet = _next(wire, deadline_s, asks=kind == packets.PUBLIC_KEY)
        if packet is None:
            raise _silence(timeout_s, has_offered=kind == packets.PUBLIC_KEY)
        if packet.command == packets.CNXN:
            return packet
        _expect_token(packet)
        kind, prove = next(proofs, (0, None))
        if prove is None:
            raise UnauthorizedError("the phone does not trust this computer", remedy=_ACCEPT)
        _say(wire, packets.AUTH, kind, 0, prove(bytes(packet.payload)))


def _expect_token(packet: Packet) -> None:
    if packet.command == packets.STLS:
        raise RefusedError(
            "the phone wants a paired, encrypted connection at this port",
            remedy="adb pair and adb connect, then run it again through that adb server; "
            "or, on a cable, adb tcpip 5555 and connect to port 5555",
        )
    if packet.command != packets.AUTH or packet.arg0 != packets.TOKEN:
        raise ProtocolError("the phone greets with no adb packet", remedy=packets.REMEDY)
    if len(packet.payload) != keys.TOKEN_SIZE:
        raise ProtocolError("the phone's token has a wrong size", remedy=packets.REMEDY)


def _proofs(signers: Sequence[Signer]) -> Iterator[tuple[int, Callable[[bytes], bytes]]]:
    """What to answer to one token after the other: each key's signature, then a key to be asked."""
    for signer in signers:
        yield packets.SIGNATURE, signer.Sign
    if signers:
        key = signers[0].GetPublicKey()
        yield packets.PUBLIC_KEY, lambda _: key + b"\0"


def _next(wire: Wire, deadline_s: float, *, asks: bool) -> Packet | None:
    """The next packet; where somebody has to press a button for it, they are told."""
    try:
        packet = wire.receive(min(_AT_ONCE_S, _left(deadline_s)))
        if packet is None and asks:
            console.say("unlock the phone and accept its question about this computer")
        return packet or wire.receive(_left(deadline_s))
    except DeviceGoneError as error:
        if asks:
            raise UnauthorizedError(
                "the phone hung up when it was asked to trust this computer", remedy=_ACCEPT
            ) from error
        raise _hung_up(error) from error


def _say(wire: Wire, command: int, arg0: int, arg1: int, payload: bytes) -> None:
    try:
        wire.send(command, arg0, arg1, payload)
    except DeviceGoneError as error:
        raise _hung_up(error) from error


def _hung_up(error: DeviceGoneError) -> RefusedError:
    return RefusedError(
        f"{error.problem}, before the phone introduced itself",
        remedy=RESTART,
    )


def _left(deadline_s: float) -> float:
    return max(0.0, deadline_s - clock.monotonic_s())


def _silence(timeout_s: float, *, has_offered: bool) -> DeviceError:
    if has_offered:
        return UnauthorizedError(
            f"the phone does not trust this computer, and nobody accepted within {timeout_s:g} s",
            remedy=_ACCEPT,
        )
    return DeviceGoneError(
        f"whatever listens there said nothing for {timeout_s:g} s", remedy=packets.REMEDY
    )


def _agreed(wire: Wire, packet: Packet) -> Agreement:
    if packet.arg1 < _LEAST_PAYLOAD:
        raise ProtocolError(f"the phone takes only {packet.arg1} bytes", remedy=packets.REMEDY)
    wire.max_payload = min(packet.arg1, packets.MAX_PAYLOAD)
    wire.has_checksums = packet.arg0 < packets.VERSION_NO_CHECKSUM
    theirs = banner.parse(packet.payload)
    return Agreement(banner=theirs, features=theirs.features & frozenset(banner.CLIENT_FEATURES))

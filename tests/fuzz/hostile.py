"""A device that says anything at all to our engine, packet by packet, and then hangs up.

It greets as it should, and answers the first question; the bytes decide what is asked of it then,
and every packet of what it says to that. Packets are well formed one by one, because nothing else
gets further than the first check.
"""

import contextlib
import itertools
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from sideload.errors import DeviceGoneError, SideloadError
from sideload.protocols.adb import banner, packets, shell
from sideload.protocols.adb.packets import Data
from sideload.transports import Push
from sideload.transports._adb import handshake
from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb.streams import Streams
from sideload.transports._adb.tcp import TcpTransport
from sideload.transports._adb.wire import Wire

# A command, its two numbers and what it carries.
Turn: TypeAlias = tuple[int, int, int, bytes]
# Kind of packet, the two numbers, and how much of what follows it carries.
_TURN: Final = struct.Struct("<BBBH")
_KINDS: Final = (
    packets.OKAY,
    packets.WRTE,
    packets.CLSE,
    packets.OPEN,
    packets.CNXN,
    packets.AUTH,
    packets.STLS,
)
# As far as this number goes in place of the stream's own.
OURS: Final = 0
_FEATURES: Final = (
    (),
    ("shell_v2", "stat_v2", "ls_v2", "sendrecv_v2"),
    ("shell_v2", "stat_v2", "ls_v2", "sendrecv_v2", "delayed_ack"),
    ("shell_v2", "stat_v2", "ls_v2", "sendrecv_v2", "delayed_ack", "sendrecv_v2_zstd"),
)
_PAYLOAD: Final = 4096
_TIMEOUT_S: Final = 5.0
# The device's own number of the first stream.
_FIRST: Final = 77


class Hostile(TcpTransport):
    """The device's end, in memory; `said` are the turns that answer the second question.

    `is_eager` has it say all of them at once; else it says one whenever our engine waits.
    """

    def __init__(
        self, features: Sequence[str], said: bytes, *, piece_bytes: int, is_eager: bool
    ) -> None:
        super().__init__("hostile", 1)
        self._features = features
        self._turns = turns(said)
        self._piece_bytes = piece_bytes
        self._is_eager = is_eager
        self._rest = bytearray()
        self._ours = 0

    def send(self, parts: Sequence[Data], timeout_s: float) -> None:
        """Hear one packet of our engine."""
        del timeout_s
        packet = b"".join(parts)
        header = packets.parse_header(packet[: packets.HEADER_SIZE])
        if header.command == packets.CNXN:
            self._rest += self._greeting()
        elif header.command == packets.OPEN:
            is_first = not self._ours
            self._ours = header.arg0
            if is_first:
                self._say(self._honest(packet[packets.HEADER_SIZE :]))
            elif self._is_eager:
                self._say(self._turns)

    def receive_into(self, room: memoryview, timeout_s: float) -> int:
        """Say some more, or hang up where nothing is left to say."""
        if timeout_s and not self._rest:
            self._say(itertools.islice(self._turns, 1))
        taken = bytes(self._rest[: min(len(room), self._piece_bytes)])
        if not taken and timeout_s:
            raise DeviceGoneError("it hung up", remedy="nothing else was to be expected")
        room[: len(taken)] = taken
        del self._rest[: len(taken)]
        return len(taken)

    def _say(self, said: Iterable[Turn]) -> None:
        for command, arg0, arg1, payload in said:
            self._rest += _packet(command, arg0, arg1 or self._ours, payload)

    def _greeting(self) -> bytes:
        words = banner.build("device", features=self._features)
        version = packets.VERSION if self._features else packets.VERSION_OLD
        return _packet(packets.CNXN, version, _PAYLOAD, words)

    def _honest(self, name: bytes) -> Iterator[Turn]:
        """What a good device answers to a command."""
        credit = packets.pack_count(1 << 20) if "delayed_ack" in self._features else b""
        yield packets.OKAY, _FIRST, OURS, credit
        if "shell_v2" in self._features:
            printed = shell.frame(shell.STDOUT, b"[a]: [b]\n") + shell.frame(shell.EXIT, b"\0")
        else:
            mark = name.rpartition(b"echo ")[2].partition(b"$")[0]
            printed = b"[a]: [b]\n" + mark + b"0\n"
        yield packets.WRTE, _FIRST, OURS, printed
        yield packets.CLSE, _FIRST, OURS, b""


def a_hostile_device_is_an_error_in_words(data: bytes, cuts: Sequence[int]) -> None:
    """Whatever a device says, what we asked of it is done or fails with a remedy."""
    with contextlib.suppress(SideloadError):
        converse(data, cuts)


def converse(data: bytes, cuts: Sequence[int]) -> object:
    """Ask the device something, and hear what it says; both are in the bytes.

    Raises:
        SideloadError: As our engine has it.
    """
    ask, way, *_ = (*data[:2], 0, 0)
    features = _FEATURES[way % len(_FEATURES)]
    act = list(ACTS.values())[ask % len(ACTS)]
    is_eager = way >= len(_FEATURES)
    transport = Hostile(features, data[2:], piece_bytes=max(1, *cuts, 0), is_eager=is_eager)
    wire = Wire(transport, _TIMEOUT_S)
    agreement = handshake.shake(wire, (), _TIMEOUT_S)
    has_delayed_ack = "delayed_ack" in agreement.features
    streams = Streams(wire, has_delayed_ack=has_delayed_ack, timeout_s=_TIMEOUT_S)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(bytes(10_000))
        return act(AdbConnection("hostile", agreement, streams), file)


def turns(data: bytes) -> Iterator[Turn]:
    """The packets that the bytes stand for."""
    at = 0
    while at + _TURN.size <= len(data):
        kind, arg0, arg1, size = _TURN.unpack_from(data, at)
        at += _TURN.size
        yield _KINDS[kind % len(_KINDS)], arg0, arg1, data[at : at + size]
        at += size


def turn(command: int, payload: bytes = b"", *, arg0: int = 5, arg1: int = OURS) -> bytes:
    """The bytes that stand for one packet."""
    return _TURN.pack(_KINDS.index(command), arg0, arg1, len(payload)) + payload


def _packet(command: int, arg0: int, arg1: int, payload: bytes) -> bytes:
    head = packets.pack_header(command, arg0, arg1, len(payload), packets.checksum(payload))
    return head + payload


ACTS: Final[Mapping[str, Callable[[AdbConnection, Path], object]]] = {
    "run": lambda connection, _: connection.run("true", stdin=b"in"),
    "push": lambda connection, file: connection.push(
        [Push(local=file, remote=remote) for remote in ("/a", "/b")]
    ),
    "pull": lambda connection, file: connection.pull("/a", file),
    "stat": lambda connection, _: connection.stat(["/a", "/b"]),
    "list": lambda connection, _: connection.list("/a"),
    "append": lambda connection, file: connection.append(file, "/a", 5),
}
CLAIM: Final = a_hostile_device_is_an_error_in_words

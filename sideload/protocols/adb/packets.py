"""Packets: a header of six little-endian words, and a payload.

A header is the command, two arguments, the payload's size and checksum, and the complement of the
command.
"""

import struct
from typing import Final, NamedTuple, TypeAlias

from sideload.errors import ProtocolError

Data: TypeAlias = bytes | bytearray | memoryview


def _command(name: bytes) -> int:
    return int.from_bytes(name, "little")


CNXN: Final = _command(b"CNXN")
AUTH: Final = _command(b"AUTH")
STLS: Final = _command(b"STLS")
OPEN: Final = _command(b"OPEN")
OKAY: Final = _command(b"OKAY")
CLSE: Final = _command(b"CLSE")
WRTE: Final = _command(b"WRTE")

# The first argument of AUTH.
TOKEN: Final = 1
SIGNATURE: Final = 2
PUBLIC_KEY: Final = 3

# From this version on (Android 9), only the first packets carry a checksum.
VERSION_NO_CHECKSUM: Final = 0x01000001
VERSION: Final = VERSION_NO_CHECKSUM
VERSION_OLD: Final = 0x01000000

MAX_PAYLOAD: Final = 1 << 20
# What every end takes, before anything is agreed on and however little it then claims.
LEAST_PAYLOAD: Final = 4096
# With `delayed_ack`: how far one end may run ahead of the other's acknowledgements, in bytes.
WINDOW: Final = 32 << 20

_HEADER: Final = struct.Struct("<6I")
_COUNT: Final = struct.Struct("<i")
_WORD: Final = 0xFFFFFFFF
HEADER_SIZE: Final = _HEADER.size

REMEDY: Final = "check that an adb daemon listens at this address, then run the command again"


class Header(NamedTuple):
    """What comes before a payload; `size` is the payload's, in bytes."""

    command: int
    arg0: int
    arg1: int
    size: int
    checksum: int
    magic: int


class Packet(NamedTuple):
    """A header's meaning, and its payload."""

    command: int
    arg0: int
    arg1: int
    payload: Data = b""


def pack_header(command: int, arg0: int, arg1: int, size: int, checksum: int) -> bytes:
    """The 24 bytes before a payload of `size` bytes."""
    return _HEADER.pack(command, arg0, arg1, size, checksum, command ^ _WORD)


def parse_header(data: Data) -> Header:
    """Read 24 bytes; whether `size` is bearable is for the caller to say.

    Raises:
        ProtocolError: This is no header.
    """
    if len(data) != HEADER_SIZE:
        raise ProtocolError(f"a packet's header has {len(data)} bytes, not 24", remedy=REMEDY)
    header = Header(*_HEADER.unpack(data))
    if header.magic != header.command ^ _WORD:
        raise ProtocolError(f"no adb packet starts with {bytes(data[:8])!r}", remedy=REMEDY)
    return header


def checksum(payload: Data) -> int:
    """The sum of the bytes, modulo 2^32."""
    return sum(payload) & _WORD


def pack_count(size_bytes: int) -> bytes:
    """What an acknowledgement carries where `delayed_ack` is agreed on: bytes taken."""
    return _COUNT.pack(size_bytes)


def parse_count(payload: Data) -> int:
    """Read what `pack_count` made; it may be negative, when a window shrinks.

    Raises:
        ProtocolError: It did not.
    """
    if len(payload) != _COUNT.size:
        raise ProtocolError(
            f"an acknowledgement carries {len(payload)} bytes, not 4", remedy=REMEDY
        )
    count: int = _COUNT.unpack(payload)[0]
    return count

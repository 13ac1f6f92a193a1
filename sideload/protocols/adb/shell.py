"""Frames of `shell,v2:`: one byte that says what it is, the size, the bytes.

The same frame carries input to a command, and its output, errors and exit code back.
"""

import struct
from collections.abc import Iterator
from typing import Final

from sideload.errors import ProtocolError
from sideload.protocols.adb.packets import REMEDY, Data

STDIN: Final = 0
STDOUT: Final = 1
STDERR: Final = 2
EXIT: Final = 3
# Some descriptions say 3. adbd and the native client say 4: on 3, `echo x | adb shell cat` hangs.
CLOSE_STDIN: Final = 4
WINDOW_SIZE: Final = 5

FRAME: Final = struct.Struct("<BI")
# adbd fills frames of 64 KiB at most; one that claims more than a packet holds would cost memory.
MAX_FRAME: Final = 1 << 20


def frame(kind: int, data: Data = b"") -> bytes:
    """One frame."""
    return FRAME.pack(kind, len(data)) + data


class FrameReader:
    """Puts frames together from packets, however they are torn."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: Data) -> Iterator[tuple[int, bytes]]:
        """Each frame that is complete now: its kind and its bytes.

        Raises:
            ProtocolError: A frame claims to be larger than any that adb sends.
        """
        self._held += data
        at = 0
        while len(self._held) - at >= FRAME.size:
            kind, size = FRAME.unpack_from(self._held, at)
            if size > MAX_FRAME:
                raise ProtocolError(f"a shell frame claims {size} bytes", remedy=REMEDY)
            end = at + FRAME.size + size
            if end > len(self._held):
                break
            yield kind, bytes(self._held[at + FRAME.size : end])
            at = end
        del self._held[:at]

    @property
    def is_torn(self) -> bool:
        """Is there the beginning of a frame whose end has not come?"""
        return bool(self._held)


def exit_code(data: Data) -> int:
    """The exit code in an `EXIT` frame.

    Raises:
        ProtocolError: There is none.
    """
    if len(data) != 1:
        raise ProtocolError(f"an exit code has {len(data)} bytes, not 1", remedy=REMEDY)
    return data[0]

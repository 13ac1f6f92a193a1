"""What a command's bytes look like on a stream: in frames (`shell,v2:`), or as they are."""

from typing import Final, Protocol

from sideload.protocols.adb import packets, shell
from sideload.simulated.android.stream import Stream

_READ: Final = 1 << 16


class Framing(Protocol):
    """How input, output and the exit code share one stream.

    `grace_s` is how long a command may go on after the client has closed the stream, in seconds.
    """

    @property
    def separates_stderr(self) -> bool:
        """Do stdout and stderr arrive apart?"""

    @property
    def grace_s(self) -> float:
        """See above."""

    def wrap(self, source: int, data: bytes) -> bytes:
        """What is sent for `data`; nothing for no data."""

    def exit(self, code: int) -> bytes:
        """What is sent at the end."""

    async def read(self, stream: Stream) -> packets.Data:
        """The next piece of input; an empty one says that there is no more."""


class Framed:
    """`shell,v2:`; window sizes are read and ignored, because there is no terminal."""

    separates_stderr = True
    grace_s = 0.0

    def __init__(self) -> None:
        self._kind = shell.STDIN
        self._missing = 0

    def wrap(self, source: int, data: bytes) -> bytes:
        """Source and length in front."""
        return shell.frame(source, data) if data else b""

    def exit(self, code: int) -> bytes:
        """A frame with one byte."""
        return shell.frame(shell.EXIT, bytes([code & 0xFF]))

    async def read(self, stream: Stream) -> packets.Data:
        """The next frame of input, or what has arrived of it."""
        while True:
            while self._missing:
                piece = await stream.some(min(self._missing, _READ))
                self._missing -= len(piece)
                if self._kind == shell.STDIN:
                    return piece
            head = await stream.exactly(shell.FRAME.size)
            self._kind, self._missing = shell.FRAME.unpack(head)
            if self._kind == shell.CLOSE_STDIN:
                return b""


class Raw:
    """`shell:` and `exec:`; closing the stream is the only way to end the input."""

    separates_stderr = False
    grace_s = 1.0

    def wrap(self, source: int, data: bytes) -> bytes:
        """As they are."""
        del source
        return data

    def exit(self, code: int) -> bytes:
        """There is no place for it."""
        del code
        return b""

    async def read(self, stream: Stream) -> packets.Data:
        """Whatever has arrived."""
        return await stream.some(_READ)

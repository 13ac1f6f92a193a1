"""What a command's bytes look like on a stream: in frames (`shell,v2:`), or as they are."""

from collections.abc import Callable
from typing import Final, Protocol

from sideload.protocols.adb import packets, shell
from sideload.simulated.android.stream import Stream
from sideload.simulated.android.terminal import LineEditor

_READ: Final = 1 << 16


class Framing(Protocol):
    """How input, output and the exit code share one stream.

    `grace_s` is how long a command may go on after the client has closed the stream, in seconds.
    """

    @property
    def separates_stderr(self) -> bool:
        """Do stdout and stderr arrive apart?"""

    @property
    def has_prompt(self) -> bool:
        """Does a person type at the other end?"""

    @property
    def grace_s(self) -> float:
        """See above."""

    def wrap(self, source: int, data: bytes) -> bytes:
        """What is sent for `data`; nothing for no data."""

    def exit(self, code: int) -> bytes:
        """What is sent at the end."""

    async def read(self, stream: Stream, interrupt: Callable[[], None]) -> packets.Data:
        """The next piece of input; an empty one says that there is no more.

        `interrupt` is called for Ctrl-C, where there are keys.
        """


class Framed:
    """`shell,v2,raw:`, or without a word for the kind."""

    separates_stderr = True
    has_prompt = False
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

    async def read(self, stream: Stream, interrupt: Callable[[], None]) -> packets.Data:
        """The next frame of input, or what has arrived of it."""
        del interrupt
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


class Terminal(Framed):
    """`shell,v2,pty:`; the size of the window is read and ignored, for nothing draws in it."""

    separates_stderr = False
    has_prompt = True

    def __init__(self) -> None:
        super().__init__()
        self._editor = LineEditor()

    def wrap(self, source: int, data: bytes) -> bytes:
        """With the line ends that a terminal in raw mode needs."""
        return super().wrap(source, data.replace(b"\n", b"\r\n"))

    async def read(self, stream: Stream, interrupt: Callable[[], None]) -> packets.Data:
        """The next line; nothing for Ctrl-D."""
        while not self._editor.lines:
            keys = await super().read(stream, interrupt)
            if not keys:
                return b""
            shown = self._editor.keys(keys, interrupt)
            await stream.write(super().wrap(shell.STDOUT, shown))
        return self._editor.lines.popleft()


class Raw:
    """`shell:` and `exec:`; closing the stream is the only way to end the input."""

    separates_stderr = False
    has_prompt = False
    grace_s = 2.0

    def wrap(self, source: int, data: bytes) -> bytes:
        """As they are."""
        del source
        return data

    def exit(self, code: int) -> bytes:
        """There is no place for it."""
        del code
        return b""

    async def read(self, stream: Stream, interrupt: Callable[[], None]) -> packets.Data:
        """Whatever has arrived."""
        del interrupt
        return await stream.some(_READ)

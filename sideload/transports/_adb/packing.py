"""Full packets out, answers in when they happen to arrive."""

import os
import time
from collections import deque
from collections.abc import Callable
from typing import Final, TypeAlias

from sideload.errors import DeviceGoneError
from sideload.protocols.adb import sync
from sideload.protocols.adb.answers import Answers
from sideload.protocols.adb.packets import Data
from sideload.transports._adb.channel import Channel
from sideload.transports._adb.pace import Pace
from sideload.transports._adb.refusing import refusal

Progress: TypeAlias = Callable[[int], None]

# So many small files are answered one by one; being woken for each costs both ends more than the
# files do.
_MANY: Final = 32
_A_MOMENT_S: Final = 0.001


class Packer:
    """Fills packets with requests and content, in the order in which the phone shall read them."""

    def __init__(self, channel: Channel, pace: Pace, progress: Progress) -> None:
        self.pace = pace
        self._channel = channel
        self._progress = progress
        self._packet = memoryview(bytearray(channel.max_payload))
        self._filled = 0
        self._content = 0
        self._written = 0
        self._is_measured = False
        self._answers = Answers()
        self._waiting: deque[str] = deque()

    def expect(self, remote: str) -> None:
        """An answer about this file is to come."""
        self._waiting.append(remote)

    def measure(self, *, is_measured: bool) -> None:
        """Tell the pace how fast the phone takes what is sent from now on, or no longer."""
        self._is_measured = is_measured
        if is_measured:
            self.pace.begin(self._taken())

    def add(self, data: Data) -> None:
        """Requests, or whatever else is small."""
        rest = memoryview(data)
        while rest:
            if self._filled == len(self._packet):
                self._flush()
            piece = rest[: len(self._packet) - self._filled]
            self._packet[self._filled : self._filled + len(piece)] = piece
            self._filled += len(piece)
            rest = rest[len(piece) :]

    def add_content(self, data: Data, size_bytes: int) -> None:
        """Content in another form, which stands for so many bytes of the file."""
        rest = memoryview(data)
        while rest:
            piece = rest[: sync.MAX_CHUNK]
            self.add(sync.REQUEST.pack(sync.DATA, len(piece)))
            self.add(piece)
            rest = rest[len(piece) :]
        self._content += size_bytes

    def read(self, descriptor: int, at: int, end: int) -> int:
        """Read content straight into the packet, as much as fits; how much that was."""
        room = sync.content_room(self._packet, self._filled, end - at)
        if not room:
            self._flush()
            room = sync.content_room(self._packet, self._filled, end - at)
        read = os.preadv(descriptor, room, at)
        self._filled = sync.frame_content(self._packet, self._filled, read)
        self._content += read
        if self._filled + sync.REQUEST.size >= len(self._packet):
            self._flush()
        return read

    def finish(self) -> None:
        """Send the rest, and wait until the phone has stored everything and let go of it.

        adbd gives a file its time after it has answered for it, but before it hangs up.
        """
        self.add(sync.END_OF_REQUESTS)
        self._flush()
        while self._waiting:
            if len(self._waiting) > _MANY and not self._channel.is_readable:
                time.sleep(_A_MOMENT_S)
                self._channel.poll()
            self._take_answers()
        while not self._channel.is_closed:
            self._channel.wait()
            if self._channel.is_readable:
                self._take_answers()

    def _taken(self) -> int:
        return self._written - self._channel.pending_bytes

    def _flush(self) -> None:
        channel = self._channel
        channel.poll()
        while channel.is_readable or not channel.is_writable:
            self._take_answers(for_room=True)
        if self._filled:
            channel.write(self._packet[: self._filled])
            self._written += self._filled
            if self._content:
                self._progress(self._content)
        self._filled = self._content = 0
        if self._is_measured:
            self.pace.goes_on(self._taken())

    def _take_answers(self, *, for_room: bool = False) -> None:
        channel = self._channel
        channel.wait(for_room=for_room)
        if channel.is_readable:
            payload = channel.read()
            for reason in self._answers.feed(payload):
                remote = self._waiting.popleft() if self._waiting else "a file"
                if reason is not None:
                    raise refusal(remote, reason)
            channel.release(payload)
        elif channel.is_closed:
            raise DeviceGoneError(
                "the phone stopped taking files", remedy="run the command again, which continues"
            )

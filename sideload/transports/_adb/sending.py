"""Send files over `sync:`: one channel, full packets, answers read when they happen to arrive."""

import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from sideload.errors import DeviceFullError, DeviceGoneError, HostFileError, TransferError
from sideload.protocols.adb import sync
from sideload.protocols.adb.answers import Answers
from sideload.transports import Push
from sideload.transports._adb.channel import Channel

Progress: TypeAlias = Callable[[int], None]

# So many small files are answered one by one; being woken for each costs both ends more than the
# files do.
_MANY: Final = 32
_A_MOMENT_S: Final = 0.001

_FULL: Final = "No space left on device"
_MAKE_ROOM: Final = "sideload clean --device, or delete something on the phone"
# By what the phone says; a phone's own words are always in the sentence before.
_REMEDIES: Final[Mapping[str, str]] = {
    "Read-only file system": "set device_root in the target to a folder that can be written",
    "Permission denied": "set device_root in the target to a folder that the shell may write",
    "Is a directory": "sideload clean --device, which removes what stands in the way",
    "Input/output error": "adb reboot, then run it again; if that is no help, the storage fails",
    "unknown request": "restart adb debugging on the phone: it refuses what it says it can do",
    "No such file": "sideload devices, to see whether this is the phone you meant",
}
_OTHERWISE: Final = "adb shell ls -l, to see what stands in the way"


def push(
    channel: Channel, files: Sequence[Push], *, is_v2: bool, progress: Progress | None
) -> None:
    """Send `files` one after the other, without waiting for an answer in between.

    Raises:
        HostFileError: A file cannot be read, or changes while it is read.
        TransferError: The phone refused one.
        DeviceFullError: It has no space for it.
    """
    sender = _Sender(channel, is_v2=is_v2, progress=progress or _unheard)
    for file in files:
        sender.send(file)
    sender.finish()


def refusal(remote: str, reason: str) -> TransferError | DeviceFullError:
    """The error for what a phone said of a file."""
    problem = f"the phone refused {remote}: {reason}"
    if _FULL in reason:
        return DeviceFullError(problem, remedy=_MAKE_ROOM)
    found = (remedy for words, remedy in _REMEDIES.items() if words in reason)
    return TransferError(problem, remedy=next(found, _OTHERWISE))


@contextmanager
def reading(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    """A regular file of this machine, open for reading: descriptor and status.

    Raises:
        HostFileError: It is none, or cannot be read.
    """
    try:
        # A pipe that nobody writes to must not hold everything up.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise HostFileError(f"{path} is no file", remedy="check the path: ls -l shows it")
            yield descriptor, status
        finally:
            os.close(descriptor)
    except OSError as error:
        raise HostFileError(
            f"cannot read {path}: {error.strerror}", remedy="check the path: ls -l shows it"
        ) from error


def cut_short(path: Path) -> HostFileError:
    """The error for a file that ends before its own size."""
    return HostFileError(
        f"{path} became shorter while it was sent", remedy="run the command again when it is whole"
    )


class _Sender:
    """Fills packets with requests and content, in the order in which the phone shall read them."""

    def __init__(self, channel: Channel, *, is_v2: bool, progress: Progress) -> None:
        self._channel = channel
        self._is_v2 = is_v2
        self._progress = progress
        self._packet = memoryview(bytearray(channel.max_payload))
        self._filled = 0
        self._content = 0
        self._answers = Answers()
        self._waiting: deque[str] = deque()

    def send(self, file: Push) -> None:
        """One file or piece of one, up to the size that it had when it was opened."""
        with reading(file.local) as (descriptor, status):
            mode = stat.S_IFREG | stat.S_IMODE(file.mode)
            self._add(sync.send_request(file.remote, mode, is_v2=self._is_v2))
            self._waiting.append(file.remote)
            at, end = _bounds(file, status.st_size)
            while at < end:
                read = self._read(descriptor, at, end)
                if not read:
                    raise cut_short(file.local)
                at += read
            self._add(sync.done(int(status.st_mtime)))

    def finish(self) -> None:
        """Send the rest, and wait until the phone has stored everything and let go of it.

        adbd gives a file its time after it has answered for it, but before it hangs up.
        """
        self._add(sync.END_OF_REQUESTS)
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

    def _add(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            if self._filled == len(self._packet):
                self._flush()
            piece = rest[: len(self._packet) - self._filled]
            self._packet[self._filled : self._filled + len(piece)] = piece
            self._filled += len(piece)
            rest = rest[len(piece) :]

    def _read(self, descriptor: int, at: int, end: int) -> int:
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

    def _flush(self) -> None:
        channel = self._channel
        channel.poll()
        while channel.is_readable or not channel.is_writable:
            self._take_answers(for_room=True)
        if self._filled:
            channel.write(self._packet[: self._filled])
            if self._content:
                self._progress(self._content)
        self._filled = self._content = 0

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


def _bounds(file: Push, size_bytes: int) -> tuple[int, int]:
    """Where the piece begins and ends in a file of that size."""
    end = size_bytes if file.size_bytes is None else file.offset + file.size_bytes
    if not file.offset <= end <= size_bytes:
        raise cut_short(file.local)
    return file.offset, end


def _unheard(size_bytes: int) -> None:
    del size_bytes

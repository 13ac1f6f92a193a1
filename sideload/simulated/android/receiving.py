"""Take files from a client: `SEND` and `SND2`."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from sideload.protocols.adb import sync
from sideload.simulated.android.phone import Phone
from sideload.simulated.android.stream import Stream, StreamClosedError

_MOST_LINK: Final = 4096
# What no client sends as a mode; it becomes an error once there is a place for one.
_UNKNOWN: Final = -1


class _Upload:
    """The content of one file as it arrives; `mtime` is known at its end."""

    def __init__(self, stream: Stream) -> None:
        self.mtime = 0
        self._stream = stream

    async def content(self) -> AsyncIterator[Sequence[memoryview]]:
        """All pieces of content that arrived in one packet, and so on; nothing is copied."""
        pieces: list[memoryview] = []
        while size_bytes := await self._piece():
            while size_bytes:
                pieces.append(await self._stream.some(size_bytes))
                size_bytes -= len(pieces[-1])
                if self._stream.is_at_packet_end:
                    yield pieces
                    pieces = []
        if pieces:
            yield pieces

    async def _piece(self) -> int:
        """The size of the next piece that has any, in bytes; 0 at the end."""
        while True:
            head = await self._stream.exactly(sync.REQUEST.size)
            name, number = sync.REQUEST.unpack(head)
            if name == sync.DONE:
                self.mtime = number
                return 0
            if name != sync.DATA or number > sync.MAX_CHUNK:
                await self._stream.write(sync.fail("oversize data message"))
                raise StreamClosedError
            if number:
                return int(number)


async def receive_v1(stream: Stream, phone: Phone, request: bytes) -> None:
    """`PATH,MODE`, the mode in decimal digits."""
    path, _, mode = request.rpartition(b",")
    await _receive(stream, phone, path, int(mode) if mode.isdigit() else _UNKNOWN)


async def receive_v2(stream: Stream, phone: Phone, path: bytes) -> None:
    """The path, then mode and flags; no compression has been offered, so flags are refused."""
    _, mode, flags = sync.SEND_V2.unpack(await stream.exactly(sync.SEND_V2.size))
    await _receive(stream, phone, path, _UNKNOWN if flags else mode)


async def _receive(stream: Stream, phone: Phone, path: bytes, mode: int) -> None:
    upload = _Upload(stream)
    content = upload.content()
    try:
        file = _place(phone, path, mode)
        if stat.S_ISLNK(mode):
            await _store_link(content, phone, file)
        else:
            await _store(content, phone, file)
            file.chmod(phone.permissions(_permissions(mode)))
            os.utime(file, (changed_s := phone.changed_s(upload.mtime), changed_s))
    except OSError as error:
        # First the reason, so that the client can stop; then away with what it has sent meanwhile.
        await stream.write(sync.fail(f"couldn't create file: {error.strerror}"))
        async for _ in content:
            pass
    else:
        await stream.write(sync.STORED)


def _place(phone: Phone, path: bytes, mode: int) -> Path:
    if mode == _UNKNOWN:
        raise OSError(0, "missing mode, or unknown compression")
    phone.stored(0)
    file = Path(phone.files.entry(os.fsdecode(path)))
    file.parent.mkdir(parents=True, exist_ok=True)
    phone.placing(str(file))
    return file


async def _store(content: AsyncIterator[Sequence[memoryview]], phone: Phone, file: Path) -> None:
    _clear(file)
    descriptor = _created(file)
    try:
        async for pieces in content:
            size_bytes = sum(map(len, pieces))
            phone.stored(size_bytes)
            if delay_s := phone.disk_s(size_bytes):
                await asyncio.sleep(delay_s)
            _write(descriptor, pieces)
    except BaseException:
        _clear(file)  # like adbd, which keeps no half of a file
        raise
    finally:
        os.close(descriptor)


def _created(file: Path) -> int:
    flags = os.O_WRONLY | os.O_CLOEXEC
    try:
        return os.open(file, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        # What could not be removed says best what it is.
        return os.open(file, flags)


def _write(descriptor: int, pieces: Sequence[memoryview]) -> None:
    written = os.writev(descriptor, pieces)
    for piece in pieces:
        # Only a disk that is nearly full takes less than it is given.
        rest = piece[written:]
        written = max(0, written - len(piece))
        while rest:
            rest = rest[os.write(descriptor, rest) :]


async def _store_link(
    content: AsyncIterator[Sequence[memoryview]], phone: Phone, file: Path
) -> None:
    target = b""
    async for pieces in content:
        target += b"".join(pieces)
        if len(target) > _MOST_LINK:
            raise OSError(0, "link too long")
    path = os.fsdecode(target.rstrip(b"\0"))
    _link(file, phone.place.link + path if path.startswith("/") else path)


def _link(file: Path, target: str) -> None:
    _clear(file)
    file.symlink_to(target)


def _clear(file: Path) -> None:
    # A new file instead of new content: a program that is running from the old one keeps it.
    try:
        file.unlink(missing_ok=True)
    except (IsADirectoryError, PermissionError):
        return  # creating it says what is wrong, if anything is


def _permissions(mode: int) -> int:
    # Like adbd: what the owner may do, everybody may.
    owner = mode & 0o700
    return (mode & 0o777) | owner >> 3 | owner >> 6

"""Send files over `sync:`: one channel, full packets, answers read when they happen to arrive."""

import stat
from collections.abc import Iterable
from typing import Final

from sideload.protocols.adb import sync
from sideload.transports import Push
from sideload.transports._adb import compressing
from sideload.transports._adb.channel import Channel
from sideload.transports._adb.pace import Pace
from sideload.transports._adb.packing import Packer, Progress
from sideload.transports._adb.reading import Content, cut_short, reading

# Of smaller files it cannot be said how fast they went.
_MEASURED_BYTES: Final = 4 << 20


def push(
    channel: Channel,
    files: Iterable[Push],
    *,
    can_compress: bool,
    is_v2: bool,
    pace: Pace,
    progress: Progress | None,
) -> None:
    """Send `files` one after the other, without waiting for an answer in between.

    Where `can_compress`, large files are compressed when `pace` has shown that this is faster.

    Raises:
        HostFileError: A file cannot be read, or changes while it is read.
        TransferError: The phone refused one.
        DeviceFullError: It has no space for it.
    """
    packer = Packer(channel, pace, progress or _unheard)
    for file in files:
        with reading(file.local) as (descriptor, status):
            at, end = _bounds(file, status.st_size)
            content = Content(descriptor=descriptor, at=at, end=end, path=file.local)
            speed = compressing.speed(content, pace) if can_compress else None
            mode = stat.S_IFREG | stat.S_IMODE(file.mode)
            flags = 0 if speed is None else sync.ZSTD
            packer.add(sync.send_request(file.remote, mode, is_v2=is_v2, flags=flags))
            packer.expect(file.remote)
            if speed is None:
                _send(packer, content)
            else:
                compressing.send(packer, content, speed)
            packer.add(sync.done(int(status.st_mtime)))
    packer.finish()


def _send(packer: Packer, content: Content) -> None:
    at = content.at
    packer.measure(is_measured=content.size_bytes >= _MEASURED_BYTES)
    while at < content.end:
        read = packer.read(content.descriptor, at, content.end)
        if not read:
            raise cut_short(content.path)
        at += read
    packer.measure(is_measured=False)


def _bounds(file: Push, size_bytes: int) -> tuple[int, int]:
    """Where the piece begins and ends in a file of that size."""
    end = size_bytes if file.size_bytes is None else file.offset + file.size_bytes
    if not file.offset <= end <= size_bytes:
        raise cut_short(file.local)
    return file.offset, end


def _unheard(size_bytes: int) -> None:
    del size_bytes

"""Give files to a client: `RECV` and `RCV2`."""

import errno
import os
import stat

from sideload.protocols.adb import sync
from sideload.simulated.android.phone import Phone
from sideload.simulated.android.stream import Stream


async def send_v1(stream: Stream, phone: Phone, path: bytes) -> None:
    """The content of one file."""
    lie = phone.content(is_compressed=False)
    if lie:
        await stream.write(lie)
        return
    try:
        descriptor = _open(phone.files.target(os.fsdecode(path)))
    except OSError as error:
        await stream.write(sync.fail(f"open failed: {error.strerror}"))
        return
    try:
        await _send(stream, descriptor)
    except OSError as error:
        await stream.write(sync.fail(f"read failed: {error.strerror}"))
    finally:
        os.close(descriptor)


async def send_v2(stream: Stream, phone: Phone, path: bytes) -> None:
    """The path, then flags; no compression has been offered, so flags are refused."""
    _, flags = sync.REQUEST.unpack(await stream.exactly(sync.REQUEST.size))
    if flags:
        lie = phone.content(is_compressed=True)
        await stream.write(lie or sync.fail("unknown compression"))
    else:
        await send_v1(stream, phone, path)


def _open(file: str) -> int:
    # A pipe that nobody writes to must not hold the whole phone.
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    reason = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
    raise OSError(reason, os.strerror(reason))


async def _send(stream: Stream, descriptor: int) -> None:
    # As many pieces as one packet takes, read by one system call into their places in it. The end
    # goes into the last one: in a packet of its own it waits 40 ms in the adb server, file by file.
    content = stream.max_payload - len(sync.END_OF_FILE)
    is_last = False
    while not is_last:
        packet = memoryview(bytearray(stream.max_payload))
        room = sync.content_room(packet[:content], 0, content)
        size_bytes = os.readv(descriptor, room)
        end = sync.frame_content(packet[:content], 0, size_bytes)
        is_last = size_bytes < sum(map(len, room))
        if is_last:
            start, end = end, end + len(sync.END_OF_FILE)
            packet[start:end] = sync.END_OF_FILE
        await stream.write(packet[:end])

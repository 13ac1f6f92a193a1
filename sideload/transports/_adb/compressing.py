"""Send a file compressed, where a short measurement says that this is faster.

It is where the content becomes smaller, and the way to the phone is slower than the compressor by
far. How slow that way is may turn out on the way: until then, blocks are stored as they are.
"""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from sideload.host import clock
from sideload.protocols.adb import sync, zstd
from sideload.transports._adb.pace import Pace
from sideload.transports._adb.packing import Packer
from sideload.transports._adb.reading import Content, cut_short

# Below this there is nothing to gain, or, where the pace is unknown, no time to find it out.
_LEAST_BYTES: Final = 1 << 20
_LEAST_UNKNOWN_BYTES: Final = 8 << 20
# Looked at in so many places.
_SAMPLES: Final = 4
_SAMPLE_BYTES: Final = 128 << 10
# Weights of 16 bits shrink by a tenth, noise by nothing.
_LEAST_GAIN: Final = 1.05
# The compressor shares its cores with others, and a phone has to keep up too.
_FASTER_BY: Final = 3.0
# No compressor is faster; a link that a third of this does not beat needs no look at the content.
_FASTEST_BYTES_PER_S: Final = 1e9
_AN_INSTANT_S: Final = 1e-6

_PIECE_BYTES: Final = 1 << 20
# So many pieces are compressed ahead: enough that neither side waits, and bounded memory.
_AHEAD: Final = 3


def speed(content: Content, pace: Pace) -> float | None:
    """How fast this content is compressed, in bytes per second, where that may help; else None.

    It takes a millisecond or two to say.
    """
    known = pace.bytes_per_s
    least_bytes = _LEAST_UNKNOWN_BYTES if known is None else _LEAST_BYTES
    if content.size_bytes < least_bytes or not _helps(_FASTEST_BYTES_PER_S, known):
        return None
    samples = list(_samples(content))
    started_s = clock.monotonic_s()
    gain = zstd.gain(samples)
    found = sum(map(len, samples)) / max(clock.monotonic_s() - started_s, _AN_INSTANT_S)
    return found if gain >= _LEAST_GAIN and _helps(found, known) else None


def send(packer: Packer, content: Content, compressor_bytes_per_s: float) -> None:
    """Send it as one frame: as it is while the pace is unknown or fast, then compressed.

    Raises:
        HostFileError: The file has become shorter.
    """
    frame = zstd.Frame()
    packer.add_content(zstd.HEAD, 0)
    at = _stored(packer, content, frame, compressor_bytes_per_s)
    for size_bytes, data in _compressed(content, at, frame):
        packer.add_content(data, size_bytes)
    packer.add_content(frame.end(), 0)


def _helps(compressor_bytes_per_s: float, known: float | None) -> bool:
    return known is None or known * _FASTER_BY <= compressor_bytes_per_s


def _stored(packer: Packer, content: Content, frame: zstd.Frame, compressor: float) -> int:
    """Send blocks as they are until compressing helps; where that was."""
    room = memoryview(bytearray(sync.MAX_CHUNK))
    at = content.at
    packer.measure(is_measured=True)
    while at < content.end and not _is_proven(packer.pace, compressor):
        block = room[zstd.BLOCK_HEAD : zstd.BLOCK_HEAD + content.end - at]
        read = _read(content, block, at)
        room[: zstd.BLOCK_HEAD] = frame.stored(read)
        packer.add_content(room[: zstd.BLOCK_HEAD + read], read)
        at += read
    packer.measure(is_measured=False)
    return at


def _is_proven(pace: Pace, compressor: float) -> bool:
    return pace.bytes_per_s is not None and _helps(compressor, pace.bytes_per_s)


def _compressed(content: Content, at: int, frame: zstd.Frame) -> Iterator[tuple[int, bytes]]:
    """Sizes of pieces from `at` on, each with what is to be sent for it now.

    They are read and compressed by a thread of their own, a few ahead of what is sent.
    """

    def next_piece() -> tuple[int, bytes]:
        nonlocal at
        room = memoryview(bytearray(min(_PIECE_BYTES, content.end - at)))
        read = _read(content, room, at) if room else 0
        at += read
        return read, frame.compressed(room[:read])

    with ThreadPoolExecutor(1) as pool:
        ahead: deque[Future[tuple[int, bytes]]] = deque()
        while True:
            while len(ahead) < _AHEAD:
                ahead.append(pool.submit(next_piece))
            size_bytes, data = ahead.popleft().result()
            if not size_bytes:
                return
            yield size_bytes, data


def _read(content: Content, room: memoryview, at: int) -> int:
    read = os.preadv(content.descriptor, [room], at)
    if not read:
        raise cut_short(content.path)
    return read


def _samples(content: Content) -> Iterator[bytes]:
    for number in range(_SAMPLES):
        at = content.at + content.size_bytes * number // _SAMPLES
        yield os.pread(content.descriptor, min(_SAMPLE_BYTES, content.end - at), at)

"""Send files through several channels side by side, where one of them waits for most of its time.

That is where the phone answers each packet before the next may be sent: every channel then has a
packet of its own on the way. Where acknowledgements are counted, one channel fills the link.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeAlias

from sideload.transports import Push
from sideload.transports._adb.pace import Pace
from sideload.transports._adb.packing import Progress

# Sends the files that it is given, until there are no more.
Lane: TypeAlias = Callable[[Iterator[Push], Pace, Progress], None]

# Two fill a link of 50 MB/s and 20 ms to nine tenths, three to more, and four to no more than that.
MOST: Final = 3
# For less than this, opening another channel takes longer than it saves.
_LEAST_BYTES: Final = 2 << 20


def count(files: Sequence[Push], most: int) -> int:
    """How many lanes help with these files; those that cannot be read count nothing here."""
    if most == 1 or len(files) == 1:
        return 1
    size_bytes = sum(map(_size_bytes, files))
    return max(1, min(most, len(files), size_bytes // _LEAST_BYTES))


def send(
    files: Sequence[Push], lanes: int, lane: Lane, *, pace: Pace, progress: Progress | None
) -> None:
    """Run `lane` so many times at once, each on the files that no other has taken.

    What one raises ends the others at their next packet, and is raised.
    """
    shared = _Shared(files, progress)
    paces = [pace.part() for _ in range(lanes)]
    with ThreadPoolExecutor(lanes) as pool:
        try:
            list(pool.map(lambda own: shared.run(lane, own), paces))
        finally:
            shared.is_over = True
    known = [own.bytes_per_s for own in paces if own.bytes_per_s is not None]
    pace.bytes_per_s = sum(known) if known else None
    if shared.error is not None:
        raise shared.error


class _EndedError(Exception):
    """Another lane has failed."""


class _Shared:
    """What lanes have in common."""

    def __init__(self, files: Sequence[Push], progress: Progress | None) -> None:
        self.is_over = False
        self.error: BaseException | None = None
        self._files = iter(files)
        self._progress = progress
        self._lock = threading.Lock()

    def run(self, lane: Lane, pace: Pace) -> None:
        """Run one, and note how it failed if it is the first to."""
        try:
            lane(self._taken(), pace, self._told)
        except _EndedError:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by whoever started the lanes
            with self._lock:
                self.error = self.error or error
                self.is_over = True

    def _taken(self) -> Iterator[Push]:
        while True:
            with self._lock:
                file = None if self.is_over else next(self._files, None)
            if file is None:
                return
            yield file

    def _told(self, size_bytes: int) -> None:
        if self.is_over:
            raise _EndedError
        if self._progress is not None:
            with self._lock:
                self._progress(size_bytes)


def _size_bytes(file: Push) -> int:
    if file.size_bytes is not None:
        return file.size_bytes
    return file.local.stat().st_size if file.local.is_file() else 0

"""How each file gets to the device: whole, in pieces with what is there already, or going on."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final

from sideload.host import chunks
from sideload.host.chunks import Index
from sideload.stages._objects import ranges, shell
from sideload.stages._objects.assembling import piece
from sideload.stages._objects.ranges import Sent, Step
from sideload.stages._objects.survey import Survey
from sideload.transports import Connection
from sideload.values import PayloadFile

# Copying on the device costs it a read and a write; below this share saved, sending is as good.
_LEAST_SAVED: Final = 0.25
# adbd deletes a pushed file that is not whole, so from this size on files are appended instead.
# That is slower for many small ones, which are cheap to send again.
_APPENDED_FROM_BYTES: Final = 1 << 20
# What a connection appends begins at such a border.
_BLOCK_BYTES: Final = 64 << 10
# Of all indexes of a device, so much is read: those of gigabytes of objects.
_MOST_READ_BYTES: Final = 4 << 20


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One file, and what it is put together from; without steps it is sent straight."""

    file: PayloadFile
    steps: tuple[Step, ...] = ()

    @property
    def sha256(self) -> str:
        """Of the file."""
        return self.file.file.sha256

    @property
    def size_bytes(self) -> int:
        """Of the file."""
        return self.file.file.size_bytes

    @property
    def part(self) -> str:
        """Where what is sent straight goes, relative to the store."""
        return f"incoming/{self.sha256}.part"

    def missing(self, incoming: Mapping[str, int]) -> list[Sent]:
        """The pieces that have not arrived yet."""
        return [
            step
            for step in self.steps
            if isinstance(step, Sent) and incoming.get(piece(self.sha256, step)) != step.size_bytes
        ]

    def there_bytes(self, incoming: Mapping[str, int]) -> int:
        """How much of what is sent straight need not be; a part that is too long is no part."""
        size_bytes = incoming.get(self.part, 0)
        if size_bytes >= self.size_bytes:
            return size_bytes if size_bytes == self.size_bytes else 0
        return size_bytes // _BLOCK_BYTES * _BLOCK_BYTES if self.is_appended else 0

    @property
    def is_appended(self) -> bool:
        """Does it go on where a part of it ends?"""
        return not self.steps and self.size_bytes >= _APPENDED_FROM_BYTES

    def to_send_bytes(self, incoming: Mapping[str, int]) -> int:
        """What goes over the wire."""
        if self.steps:
            return sum(step.size_bytes for step in self.missing(incoming))
        return self.size_bytes - self.there_bytes(incoming)

    def space_bytes(self, incoming: Mapping[str, int]) -> int:
        """What it takes on the device beyond what is there, until everything is in its place."""
        # Pieces stay until the whole is proven, so that an interruption costs none of them.
        return self.to_send_bytes(incoming) + (self.size_bytes if self.steps else 0)


class Indexes:
    """The chunks of the files that are to be sent, cut beside whatever else is being done."""

    def __init__(self, pool: ThreadPoolExecutor, files: Iterable[PayloadFile]) -> None:
        self._cutting: dict[str, Future[Index]] = {
            file.file.sha256: pool.submit(chunks.index, file.file)
            for file in files
            if file.file.size_bytes >= chunks.LEAST_BYTES
        }

    def of(self, sha256: str) -> Index | None:
        """Wait for the chunks of a file; None for one that is too small to be worth it.

        Raises:
            HostFileError: It cannot be read.
        """
        cutting = self._cutting.get(sha256)
        return None if cutting is None else cutting.result()

    def wait(self) -> None:
        """Until all are cut, so that the cache holds them; one that cannot be is left out."""
        wait(self._cutting.values())


def plan(
    connection: Connection,
    root: str,
    found: Survey,
    missing: Sequence[PayloadFile],
    indexes: Indexes,
) -> list[Delivery]:
    """The cheapest way for each file; the device is asked only for indexes unknown here."""
    large = [file for file in missing if file.file.size_bytes >= chunks.LEAST_BYTES]
    olds = _olds(connection, root, found) if large and found.indexes else []
    return [_cheapest(file, indexes, olds, found) for file in missing]


def _cheapest(
    file: PayloadFile, indexes: Indexes, olds: Sequence[Index], found: Survey
) -> Delivery:
    straight = Delivery(file=file)
    new = indexes.of(file.file.sha256) if olds else None
    if new is None or new.size_bytes != file.file.size_bytes:
        return straight
    put_together = Delivery(file=file, steps=tuple(ranges.steps(new, olds)))
    to_send_bytes = put_together.to_send_bytes(found.incoming)
    most_bytes = straight.to_send_bytes(found.incoming) - _LEAST_SAVED * straight.size_bytes
    return put_together if to_send_bytes <= most_bytes else straight


def _olds(connection: Connection, root: str, found: Survey) -> list[Index]:
    """The chunks of the device's objects: as they were cut here, or as the device has them."""
    known, unknown, read_bytes = [], [], 0
    for sha256 in sorted(found.indexes, key=lambda each: -_age(found, each)):
        if sha256 not in found.objects:
            continue
        old = chunks.recall(sha256, found.objects[sha256].size_bytes)
        if old is not None:
            known.append(old)
        elif read_bytes + found.indexes[sha256] <= _MOST_READ_BYTES:
            read_bytes += found.indexes[sha256]
            unknown.append(sha256)
    return known + (_read(connection, root, found, unknown) if unknown else [])


def _read(connection: Connection, root: str, found: Survey, unknown: Sequence[str]) -> list[Index]:
    lines = [f"index/{sha256}" for sha256 in unknown]
    # One that vanished or is damaged only saves less.
    command = "xargs cat 2>/dev/null; true"
    printed = shell.run(connection, root, command, doing="say what it holds", lines=lines)
    sizes = {sha256: found.objects[sha256].size_bytes for sha256 in unknown}
    loaded = (chunks.load(line, sizes) for line in printed.splitlines())
    return [index for index in loaded if index is not None]


def _age(found: Survey, sha256: str) -> int:
    stamp = found.objects.get(sha256)
    return 0 if stamp is None else stamp.mtime

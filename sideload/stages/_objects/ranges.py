"""Which parts of a new file the device holds already, in other files, and which must be sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from sideload.host.chunks import Index

# A copy on the device begins and ends at such a border of the old file. That is what `dd` of any
# age can do quickly, and costs less than two blocks of each range that is sent once more.
BLOCK_BYTES: Final = 4096
# Starting a program on the device takes as long as sending this.
LEAST_BYTES: Final = 32 << 10
# No loss of a connection costs more than one of these.
PIECE_BYTES: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Held:
    """Bytes of the new file that are in an object of the device, from `start` on."""

    sha256: str
    start: int
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Bytes of the new file that the device lacks; `start` is their place in the new file."""

    start: int
    size_bytes: int


Step: TypeAlias = Held | Sent
_Place: TypeAlias = tuple[str, int]


def steps(new: Index, olds: Iterable[Index]) -> list[Step]:
    """The new file from its beginning to its end; neighbours are joined, and `Sent` are short."""
    held = (_aligned(part) for part in _joined(_found(new, olds)))
    return list(_pieces(_merged(part for parts in held for part in parts), new.size_bytes))


def sent_bytes(plan: Iterable[Step]) -> int:
    """How much must be sent."""
    return sum(step.size_bytes for step in plan if isinstance(step, Sent))


def _found(new: Index, olds: Iterable[Index]) -> Iterator[tuple[_Place | None, int]]:
    """Where the device has each chunk, and its size; the one behind the last, if there is a choice.

    What goes on where the last one ended can be copied together with it.
    """
    first, at = _places(old for old in olds if old.average == new.average)
    following: _Place | None = None
    for digest, size_bytes in new.chunks:
        place = following if at.get(following) == (digest, size_bytes) else None
        place = place or first.get((digest, size_bytes))
        following = None if place is None else (place[0], place[1] + size_bytes)
        yield place, size_bytes


def _places(
    olds: Iterable[Index],
) -> tuple[Mapping[tuple[bytes, int], _Place], Mapping[_Place | None, tuple[bytes, int]]]:
    """The first place of each chunk, and the chunk at each place."""
    first: dict[tuple[bytes, int], _Place] = {}
    at: dict[_Place | None, tuple[bytes, int]] = {}
    for old in olds:
        start = 0
        for chunk in old.chunks:
            first.setdefault(chunk, (old.sha256, start))
            at[old.sha256, start] = chunk
            start += chunk[1]
    return first, at


def _joined(found: Iterable[tuple[_Place | None, int]]) -> Iterator[tuple[_Place | None, int]]:
    """The same with fewer and longer parts."""
    place: _Place | None = None
    size_bytes = 0
    for next_place, next_bytes in found:
        end = None if place is None else (place[0], place[1] + size_bytes)
        if size_bytes and next_place == end:
            size_bytes += next_bytes
        else:
            if size_bytes:
                yield place, size_bytes
            place, size_bytes = next_place, next_bytes
    if size_bytes:
        yield place, size_bytes


def _aligned(part: tuple[_Place | None, int]) -> Iterator[tuple[_Place | None, int]]:
    """A part cut to whole blocks of the old file; what is left at its ends must be sent."""
    place, size_bytes = part
    if place is None:
        yield part
        return
    before = -place[1] % BLOCK_BYTES
    after = (place[1] + size_bytes) % BLOCK_BYTES
    inside = size_bytes - before - after
    if inside < LEAST_BYTES:
        yield None, size_bytes
    else:
        yield None, before
        yield (place[0], place[1] + before), inside
        yield None, after


def _merged(parts: Iterable[tuple[_Place | None, int]]) -> Iterator[tuple[_Place | None, int]]:
    """The same, where neighbours that must be sent are one."""
    missing = 0
    for place, size_bytes in parts:
        if place is None:
            missing += size_bytes
        else:
            if missing:
                yield None, missing
            missing = 0
            yield place, size_bytes
    if missing:
        yield None, missing


def _pieces(parts: Iterable[tuple[_Place | None, int]], total_bytes: int) -> Iterator[Step]:
    start = 0
    for place, size_bytes in parts:
        if place is None:
            for at in range(start, start + size_bytes, PIECE_BYTES):
                yield Sent(start=at, size_bytes=min(PIECE_BYTES, start + size_bytes - at))
        else:
            yield Held(sha256=place[0], start=place[1], size_bytes=size_bytes)
        start += size_bytes
    if start != total_bytes:
        raise AssertionError("a plan is as long as its file")

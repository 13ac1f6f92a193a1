"""Bytes that nobody should send, and ways to tear good ones."""

import itertools
import random
from collections.abc import Iterator

SEED = 20261125


def garbage(count: int, most: int = 200) -> Iterator[bytes]:
    """Random bytes of random lengths; the same ones every time."""
    chance = _chance()
    for _ in range(count):
        yield chance.randbytes(chance.randrange(most))


def mutated(good: bytes, count: int) -> Iterator[bytes]:
    """The good bytes with a few of them overwritten, cut off or repeated."""
    chance = _chance()
    for _ in range(count):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield bytes(data[: chance.randrange(len(data) + 1)]) + good[: chance.randrange(2)]


def torn(data: bytes, count: int) -> Iterator[list[bytes]]:
    """The same bytes in pieces of random sizes, some of them empty."""
    chance = _chance()
    for _ in range(count):
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(12)))
        edges = [0, *cuts, len(data)]
        yield [data[start:end] for start, end in itertools.pairwise(edges)]


def _chance() -> random.Random:
    return random.Random(SEED)  # noqa: S311 - the same bytes every time are the point

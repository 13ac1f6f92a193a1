"""Ways to flip the signs of n pairs: all of them where they are few, else as many as are asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from sideload.measure.gate import coin
from sideload.measure.gate.plan import Plan

Signs: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
DRAWS: Final = 2**16
# A p at the level must rest on this many flips at least, or chance decides it.
LEAST_AT_LEVEL: Final = 10
# Most comparisons show within few flips that they are nothing unusual.
FIRST: Final = 512
BLOCK: Final = 8192


@dataclass(frozen=True, kw_only=True)
class Flips:
    """`draws` flips of `pairs` signs, the first of which flips none.

    That the first one counts makes the test valid for any number of them (not only in the limit),
    and that they are drawn from the seed of the comparison makes it exact, yet repeatable.
    """

    pairs: int
    seed: str
    draws: int = DRAWS

    @property
    def is_complete(self) -> bool:
        """Are these all there are?"""
        return 1 << self.pairs <= self.draws

    @property
    def count(self) -> int:
        """How many there are."""
        return min(self.draws, 1 << self.pairs)

    def blocks(self) -> Iterator[Signs]:
        """Them, of shape (some, pairs), each 1 or -1; no more in memory than are looked at."""
        start, size = 0, FIRST
        while start < self.count:
            stop = min(start + size, self.count)
            yield self._all(start, stop) if self.is_complete else self._drawn(start, stop)
            start, size = stop, min(4 * size, BLOCK)

    def _all(self, start: int, stop: int) -> Signs:
        numbers = np.arange(start, stop)[:, None]
        return _signs((numbers >> np.arange(self.pairs)) & 1)

    def _drawn(self, start: int, stop: int) -> Signs:
        bits = (stop - start) * self.pairs
        drawn = coin.random_bytes(self.seed, f"flips of {self.pairs}", start, -(-bits // 8))
        flat = np.unpackbits(np.frombuffer(drawn, dtype=np.uint8), count=bits)
        signs = _signs(flat.reshape(-1, self.pairs))
        if start == 0:
            signs[0] = 1
        return signs


def enough(plan: Plan) -> int:
    """How many flips the smallest level of a plan needs, which many models make small."""
    least = min(look.alarm for look in plan.looks)
    needed = int(np.ceil(LEAST_AT_LEVEL / least))
    return max(DRAWS, 1 << (needed - 1).bit_length())


def _signs(bits: np.ndarray[Any, np.dtype[Any]]) -> Signs:
    return 1 - 2 * bits.astype(np.float32)

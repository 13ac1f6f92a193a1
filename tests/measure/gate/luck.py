"""Bounds that chance alone passes less than once in 100,000 runs, whatever the seed."""

from typing import Final

from scipy import stats

LUCK: Final = 1e-5


def most(count: int, share: float) -> int:
    """Of `count` cases, more than this do not happen where each happens in `share` at most."""
    return int(stats.binom.isf(LUCK, count, share))


def least(count: int, share: float) -> int:
    """Of `count` cases, fewer than this do not happen where each happens in `share` at least."""
    return int(stats.binom.ppf(LUCK, count, share))

"""One number of each pair: the logarithm of how much longer the new build takes."""

import math
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from sideload.errors import FiguresError

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
REMEDY: Final = "look at the raw lines in the log, then measure the pair again"
# The first iteration of a turn finds the caches as the other process left them.
DROPPED: Final = 1
# A ratio of a thousand million is a clock that jumped, and not a build.
GREATEST: Final = math.log(1e9)


def log_ratio(baseline: float, candidate: float) -> float:
    """Of two processes' figures, such as their median latencies; above 0 the new one is slower.

    Raises:
        FiguresError: One of them is not a finite number above zero.
    """
    for side, value in (("baseline", baseline), ("candidate", candidate)):
        if not (math.isfinite(value) and value > 0):
            raise FiguresError(
                f"the {side}'s figure is {value}, which no ratio can be made of", remedy=REMEDY
            )
    return math.log(candidate) - math.log(baseline)


def duet_log_ratio(
    baseline: Sequence[Sequence[float]], candidate: Sequence[Sequence[float]]
) -> float:
    """Of two processes that took turns: the median over the turns, one burst of each in a turn.

    Raises:
        FiguresError: There are no turns, one has too few iterations, or its median is no figure.
    """
    if not baseline or len(baseline) != len(candidate):
        raise FiguresError(
            f"one process took {len(baseline)} turns and the other {len(candidate)}",
            remedy=REMEDY,
        )
    turns = zip(map(_burst, baseline), map(_burst, candidate), strict=True)
    return float(np.median([log_ratio(before, after) for before, after in turns]))


def _burst(times: Sequence[float]) -> float:
    kept = times[DROPPED:]
    if not len(kept):
        raise FiguresError(f"a burst of {len(times)} iterations has no median", remedy=REMEDY)
    return float(np.median(kept))


def checked(ratios: Sequence[float] | Floats) -> Floats:
    """The same numbers as an array.

    Raises:
        FiguresError: One of them is not finite, or of a size that no build has.
    """
    array = np.asarray(ratios, dtype=np.float64)
    if array.ndim != 1:
        raise FiguresError(f"the ratios have {array.ndim} axes instead of 1", remedy=REMEDY)
    bad = np.flatnonzero(~(np.abs(array) <= GREATEST))
    if bad.size:
        raise FiguresError(f"the log ratio of pair {bad[0]} is {array[bad[0]]}", remedy=REMEDY)
    return array

"""How large a change is, between which bounds, and what more pairs would show."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from sideload.measure.gate.flips import Flips
from sideload.measure.gate.pairs import Floats
from sideload.measure.gate.plan import Look, Plan
from sideload.measure.gate.scores import SMALLEST, TO_SIGMA, p_differ

CONFIDENCE: Final = 0.95
# Tukey's constant: as good as the mean where noise is normal, but for 5 %.
REJECTED: Final = 4.685
STEPS: Final = 20
INTERVAL_DRAWS: Final = 2**13
GRID: Final = 65
FINER: Final = 9
ROUNDS: Final = 3
# With looks and two scores it takes this much more than one look at a mean of normal noise takes.
# Measured: with 80 pairs, 0.58 of the spread is found in 95 % of all comparisons.
DEARER: Final = 1.08
MISSED: Final = 0.05
# More pairs than this share beyond so many spreads are no tail but another mode.
FAR: Final = 5.0
MANY: Final = 0.15


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure with the bounds of its interval."""

    value: float
    low: float
    high: float


def estimate(ratios: Floats, look: Look, plan: Plan, *, seed: str) -> Estimate:
    """The new build's figure over the old one's, by as many `ratios` as `look` has pairs.

    The interval is valid whenever the comparison ends:
    those of all looks together miss the truth in 5 % of all comparisons at most.
    """
    low, high = interval(ratios, (1 - CONFIDENCE) * look.alarm / plan.alarm, seed=seed)
    middle = float(centre(ratios[None])[0])
    return Estimate(
        value=math.exp(middle), low=math.exp(min(low, middle)), high=math.exp(max(high, middle))
    )


def centre(ratios: Floats) -> Floats:
    """Where most of the pairs are (Tukey's biweight), one for each row."""
    middle = np.median(ratios, axis=1, keepdims=True)
    deviation = np.median(np.abs(ratios - middle), axis=1, keepdims=True)
    scale = REJECTED * np.maximum(TO_SIGMA * deviation, SMALLEST)
    for _ in range(STEPS):
        weight = np.clip(1 - ((ratios - middle) / scale) ** 2, 0, None) ** 2
        total = weight.sum(axis=1, keepdims=True)
        sums = (weight * ratios).sum(axis=1, keepdims=True)
        middle = np.divide(sums, total, out=middle.copy(), where=total > 0)
    return np.asarray(middle[:, 0])


def walsh(ratios: Floats) -> Floats:
    """The means of every two, and of each with itself, for each row; ranks change sides there."""
    first, second = np.triu_indices(ratios.shape[1])
    return np.asarray((ratios[:, first] + ratios[:, second]) / 2)


def largest(ratios: Floats, direction: Floats) -> Floats:
    """The change in `direction` by the score that sees more of it, one for each row."""
    ranked = np.median(walsh(ratios), axis=1)
    return np.maximum(centre(ratios) * direction, ranked * direction)


def interval(ratios: Floats, missed: float, *, seed: str) -> tuple[float, float]:
    """The least and the greatest log ratio that the test does not reject at `missed`.

    It is endless where so few pairs could not reject anything.
    """
    flips = Flips(pairs=len(ratios), seed=seed, draws=INTERVAL_DRAWS)
    middles = walsh(ratios[None])[0]
    ends = ([middles.min() - SMALLEST], [middles.max() + SMALLEST])
    grid = np.concatenate([ends[0], np.quantile(middles, np.linspace(0, 1, GRID)), ends[1]])
    # Where the two scores disagree so much that nothing is left, it is what lies between them.
    bounds = tuple(sorted((centre(ratios[None])[0], np.median(middles))))
    for _ in range(ROUNDS):
        is_kept = p_differ(ratios[None] - grid[:, None], flips, ceiling=missed) > missed
        if not is_kept.any():
            break
        first, last = int(is_kept.argmax()), len(grid) - 1 - int(is_kept[::-1].argmax())
        if first == 0 or last == len(grid) - 1:
            return -math.inf, math.inf
        bounds = grid[first - 1], grid[last + 1]
        low, high = ((grid[at], grid[at + 1]) for at in (first - 1, last))
        grid = np.concatenate([np.linspace(*low, FINER), np.linspace(*high, FINER)])
    return float(bounds[0]), float(bounds[1])


def spread(ratios: Floats) -> float:
    """The robust standard deviation of one pair."""
    return float(TO_SIGMA * np.median(np.abs(ratios - np.median(ratios))))


def is_split(ratios: Floats) -> bool:
    """Are the pairs of two kinds, as where processes land on fast and on slow cores?"""
    far = np.abs(ratios - np.median(ratios)) > FAR * max(spread(ratios), SMALLEST)
    return bool(far.mean() > MANY)


def resolves(one_pair: float, pairs: int, plan: Plan) -> float:
    """The change, as a share, that so many pairs of that spread find in 95 % of all cases."""
    return math.expm1(_standard_errors(plan) * one_pair / math.sqrt(pairs))


def pairs_needed(one_pair: float, change: float, plan: Plan) -> int:
    """How many pairs of that spread find a change of this share in 95 % of all cases."""
    return math.ceil((_standard_errors(plan) * one_pair / math.log1p(change)) ** 2)


def _standard_errors(plan: Plan) -> float:
    level = plan.looks[-1].alarm
    return DEARER * float(stats.norm.isf(level / 2) + stats.norm.isf(MISSED))

"""How unusual the signs of log ratios are: p-values of many comparisons at once.

Two scores are looked at together, because each is blind to something. The redescending one sees
where most pairs are, though some of them met a slow core; the ranks see that one build meets the
slow core more often. Either may raise an alarm, and both must agree that nothing has changed.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
from scipy import stats

from sideload.measure.gate.flips import Flips
from sideload.measure.gate.pairs import Floats

Weights: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
Found: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
Reaches: TypeAlias = Callable[[Weights, Weights], Found]
# In units of a robust standard deviation (the median absolute deviation times this), and so many
# of them above the median a pair has no say in the redescending score.
TO_SIGMA: Final = 1.4826
REJECTED: Final = 6.0
SMALLEST: Final = 1e-9
# Sums in single precision of what is equal differ by less; what counts as equal only raises a p.
TIE: Final = 1e-5
TIE_BREAK: Final = 1e-3


def weights(ratios: Floats) -> Weights:
    """What each pair adds to the two scores, of shape (comparisons, 2, pairs).

    Signs aside, they are functions of the absolute values, which flipping leaves alone; anything
    else (a median of the ratios themselves, say) would cost the test its exactness.

    Args:
        ratios: Of shape (comparisons, pairs).
    """
    size = np.abs(ratios)
    middle = np.median(size, axis=1, keepdims=True)
    spread = TO_SIGMA * np.median(np.abs(size - middle), axis=1, keepdims=True)
    beyond = np.clip(size - middle, 0, None) / (REJECTED * np.maximum(spread, SMALLEST))
    bulk = size * np.clip(1 - beyond**2, 0, None) ** 2
    ranks = stats.rankdata(size, axis=1)
    signed = np.stack([bulk, ranks], axis=1) * np.sign(ratios)[:, None, :]
    lengths = np.linalg.norm(signed, axis=2, keepdims=True)
    unit: Floats = np.divide(signed, lengths, out=np.zeros_like(signed), where=lengths > 0)
    # A pair without a say must not make two flips alike, or ten pairs that agree are too few.
    unit[:, 0] += TIE_BREAK * unit[:, 1]
    return unit.astype(np.float32)


def p_differ(ratios: Floats, flips: Flips, *, ceiling: float = 1.0) -> Floats:
    """Two-sided p of "the builds are the same", one for each comparison.

    Args:
        ratios: Of shape (comparisons, pairs).
        flips: Of as many pairs.
        ceiling: A p above this is not counted to its end: it is then only known to be above.
    """
    return p_of_scores(weights(ratios), flips, ceiling=ceiling)


def p_of_scores(each: Weights, flips: Flips, *, ceiling: float = 1.0) -> Floats:
    """Two-sided p of the score that is further from zero, of those in `each`, as of `weights`."""
    return _share(each, _as_far_from_zero, flips, ceiling)


def p_beyond(ratios: Floats, flips: Flips, *, margin: float, ceiling: float = 1.0) -> Floats:
    """One-sided p of "the change is `margin` or more, up or down", the greatest of four.

    Args:
        ratios: As for `p_differ`.
        flips: As there.
        margin: A log ratio.
        ceiling: As there.
    """
    below, above = weights(ratios - margin), -weights(ratios + margin)
    return _share(np.concatenate([below, above], axis=1), _as_low, flips, ceiling)


def direction(ratios: Floats) -> Floats:
    """1 where the new build is slower by the score that is further from zero, -1 where faster."""
    sums = weights(ratios).sum(axis=2)
    furthest = np.abs(sums).argmax(axis=1)
    signs: Floats = np.sign(np.take_along_axis(sums, furthest[:, None], axis=1)[:, 0])
    return signs


def _as_far_from_zero(flipped: Weights, seen: Weights) -> Found:
    far = np.abs(flipped).max(axis=2, keepdims=True)
    return np.asarray(far >= np.abs(seen).max(axis=1, keepdims=True) - TIE)


def _as_low(flipped: Weights, seen: Weights) -> Found:
    return np.asarray(flipped <= seen + TIE)


def _share(each: Weights, is_as_far: Reaches, flips: Flips, ceiling: float) -> Floats:
    """The greatest share of flips that are as far as what was seen, for each comparison."""
    comparisons, scores, pairs = each.shape
    seen = each.sum(axis=2)
    hits = np.zeros(comparisons)
    counted = np.zeros((comparisons, scores))
    left = np.arange(comparisons)
    for signs in flips.blocks():
        flat = signs @ each[left].reshape(-1, pairs).T
        flipped = flat.reshape(len(signs), len(left), scores)
        counted[left] += is_as_far(flipped, seen[left]).sum(axis=0)
        hits = counted.max(axis=1)
        left = left[hits[left] <= ceiling * flips.count]
        if not left.size:
            break
    return np.asarray(hits / flips.count)

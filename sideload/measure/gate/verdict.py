"""The answer to "is the new build slower?", from the log ratios of the pairs alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from sideload.measure.gate import estimate as estimates
from sideload.measure.gate.estimate import Estimate
from sideload.measure.gate.flips import Flips, enough
from sideload.measure.gate.pairs import Floats, checked
from sideload.measure.gate.plan import Look, Rules
from sideload.measure.gate.scores import Found, direction, p_beyond, p_differ

Word: TypeAlias = Literal["REGRESSED", "IMPROVED", "SAME", "NOISY", "INCOMPARABLE"]
Codes: TypeAlias = np.ndarray[Any, np.dtype[np.int8]]
Counts: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
# What `outcomes` says of a comparison.
SLOWER: Final = 1
FASTER: Final = -1
EQUAL: Final = 0
OPEN: Final = 2
WORDS: Final[dict[int, Word]] = {
    SLOWER: "REGRESSED",
    FASTER: "IMPROVED",
    EQUAL: "SAME",
    OPEN: "NOISY",
}
# A change above the floor with such a p is not called none while there are looks left.
DOUBT: Final = 0.05
# A device may have this many bad pairs before their share is looked at, and then this share.
BAD_PAIRS: Final = 6
BAD_SHARE: Final = 1 / 3


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a comparison came to, after `pairs` pairs.

    `ratio` is of the new build's figure to the old one's, and missing where nothing could be
    compared or no look was reached. `p` is that of equal builds, valid whenever one stops.
    `needed` pairs in all would probably settle whether the change is within the margin, and
    `resolves` is the change, a share, that as many as there were find in 95 % of all cases.
    `is_split`: the pairs have two modes. `reasons`: why nothing can be said.
    """

    word: Word
    pairs: int = 0
    ratio: Estimate | None = None
    p: float = 1.0
    needed: int = 0
    resolves: float = 0.0
    is_split: bool = False
    reasons: tuple[str, ...] = ()


def incomparable(*reasons: str, pairs: int = 0) -> Verdict:
    """The verdict on what must not be compared, such as times of two devices."""
    return Verdict(word="INCOMPARABLE", pairs=pairs, reasons=reasons)


def too_many_bad(tried: int, bad: int) -> str:
    """Why a comparison with so many dropped pairs says nothing, or an empty text.

    A pair may be dropped for the device's state alone, by one rule for both sides, and whole:
    whoever looks at the times first has no false-alarm rate any more.
    """
    if bad <= max(BAD_PAIRS, BAD_SHARE * tried):
        return ""
    return f"the device was in a bad state in {bad} of {tried} pairs"


def judge(
    ratios: Sequence[float] | Floats, rules: Rules, *, seed: str, is_over: bool = False
) -> Verdict | None:
    """The verdict on a comparison, or None while it takes more pairs (`plan.next_look`).

    It is that of the first look that settles it; pairs after that one change nothing.

    Args:
        ratios: The log ratio of each pair, in the order in which they were measured.
        rules: What is asked.
        seed: Of the comparison, the one that its coin has.
        is_over: There will be no more pairs, so what is not settled is NOISY.

    Raises:
        FiguresError: A ratio is not finite.
    """
    row = checked(ratios)
    codes, pairs = outcomes(row[None], rules, seed=seed)
    code, count = int(codes[0]), int(pairs[0])
    if code == OPEN and count < rules.plan.most and not is_over:
        return None
    if not count:
        return Verdict(word="NOISY", pairs=len(row), reasons=("no look was reached",))
    return _verdict(WORDS[code], row[:count], rules, seed)


def outcomes(ratios: Floats, rules: Rules, *, seed: str) -> tuple[Codes, Counts]:
    """What each of many comparisons comes to, and at how many pairs (0: before the first look).

    Args:
        ratios: Of shape (comparisons, pairs); all comparisons share the flips of `seed`.
        rules: What is asked.
        seed: As for `judge`.
    """
    codes = np.full(len(ratios), OPEN, dtype=np.int8)
    counts = np.zeros(len(ratios), dtype=np.int64)
    for look in rules.plan.looks:
        left = np.flatnonzero(codes == OPEN)
        if look.pairs > ratios.shape[1] or not left.size:
            break
        codes[left] = _looked(ratios[left, : look.pairs], look, rules, seed)
        counts[left] = look.pairs
    return codes, counts


def _looked(ratios: Floats, look: Look, rules: Rules, seed: str) -> Codes:
    flips = _flips(look, rules, seed)
    codes = np.full(len(ratios), OPEN, dtype=np.int8)
    is_alarm = _is_change(ratios, flips, look.alarm, rules)
    codes[is_alarm] = direction(ratios[is_alarm])
    left = np.flatnonzero(~is_alarm)
    margin = math.log1p(rules.margin)
    p = p_beyond(ratios[left], flips, margin=margin, ceiling=look.clear)
    cleared = left[p <= look.clear]
    # The last look has no later one to leave a doubt to.
    if look != rules.plan.looks[-1]:
        cleared = cleared[~_is_change(ratios[cleared], flips, DOUBT, rules)]
    codes[cleared] = EQUAL
    return codes


def _is_change(ratios: Floats, flips: Flips, level: float, rules: Rules) -> Found:
    """Whether each is both unusual and large enough."""
    found = p_differ(ratios, flips, ceiling=level) <= level
    rows = ratios[found]
    found[found] = estimates.largest(rows, direction(rows)) >= math.log1p(rules.floor)
    return found


def _flips(look: Look, rules: Rules, seed: str) -> Flips:
    return Flips(pairs=look.pairs, seed=seed, draws=enough(rules.plan))


def _verdict(word: Word, row: Floats, rules: Rules, seed: str) -> Verdict:
    plan, one_pair = rules.plan, estimates.spread(row)
    looks = [look for look in plan.looks if look.pairs <= len(row)]
    return Verdict(
        word=word,
        pairs=len(row),
        ratio=estimates.estimate(row, looks[-1], plan, seed=seed),
        p=min(1.0, *(_p(row, look, rules, seed) for look in looks)),
        needed=_needed(word, one_pair, len(row), rules),
        resolves=estimates.resolves(one_pair, len(row), plan),
        is_split=estimates.is_split(row),
    )


def _needed(word: Word, one_pair: float, pairs: int, rules: Rules) -> int:
    needed = estimates.pairs_needed(one_pair, rules.margin, rules.plan)
    # Two modes, or a change near the margin: what the spread says was not enough.
    return max(needed, 2 * pairs) if word == "NOISY" and needed <= pairs else needed


def _p(row: Floats, look: Look, rules: Rules, seed: str) -> float:
    """This look's p, as if all of the plan's error were spent in it."""
    p = p_differ(row[None, : look.pairs], _flips(look, rules, seed))[0]
    return float(p) * rules.plan.alarm / look.alarm

"""Simulated comparisons of every class of noise, and what the gate and others make of them.

A session is 160 processes on one device. All look at the same sessions: the gate at pairs of
neighbours, whose order its coin decides, the others at as many processes as people give them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from scipy import stats

from sideload.measure.gate.estimate import estimate
from sideload.measure.gate.pairs import Floats
from sideload.measure.gate.plan import LONG, Rules
from sideload.measure.gate.verdict import FASTER, SLOWER, Codes, Counts, outcomes
from tests.measure.gate import noise

SESSIONS: Final = 2000
# As many share their flips; what these happen to be must not decide the figure.
TOGETHER: Final = 100
LEVEL: Final = 0.01
# Processes of one build, for those who measure one build after the other.
MANY: Final = 20
FEW: Final = 3
TOLERANCE: Final = 0.076
NAIVE: Final = (
    "t-test on iterations, one process each",
    "t-test on iterations, 20 processes each, A then B",
    "t-test on medians of processes, 20 each, A then B",
    "fixed tolerance of 7.6 %, 3 processes each, A then B",
)


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """Of many sessions: what the gate says of each, and after how many pairs."""

    codes: Codes
    counts: Counts

    @property
    def alarms(self) -> int:
        """How many were called different."""
        return int(np.isin(self.codes, (SLOWER, FASTER)).sum())

    def share(self, code: int) -> float:
        """How many of them come to that, in per cent."""
        return 100 * float(np.mean(self.codes == code))


@cache
def medians(name: str) -> Floats:
    """Each process's median, of shape (sessions, 160)."""
    return np.concatenate([np.median(part, axis=2) for part in _parts(name)])


@cache
def naive(name: str) -> tuple[int, ...]:
    """How many sessions of equal builds each of `NAIVE` calls different."""
    return tuple(np.sum([_naive(part) for part in _parts(name)], axis=0).tolist())


def gate(name: str, change: float, rules: Rules) -> Outcomes:
    """What the gate says where the new build's times are longer by `change`."""
    found = [outcomes(part, rules, seed=f"{name} {start}") for start, part in _ratios(name, change)]
    codes, counts = zip(*found, strict=True)
    return Outcomes(codes=np.concatenate(codes), counts=np.concatenate(counts))


def covers(name: str, change: float, sessions: int) -> int:
    """In how many of the first sessions the interval, wherever the gate stopped, has the truth."""
    looks = {look.pairs: look for look in LONG.looks}
    held = 0
    for start, part in _ratios(name, change):
        if start >= sessions:
            break
        _, counts = outcomes(part, Rules(plan=LONG), seed=f"{name} {start}")
        for row, count in zip(part, counts.tolist(), strict=True):
            one = estimate(row[:count], looks[count], LONG, seed=f"{name} {start}")
            held += one.low <= 1 + change <= one.high
    return held


def upper(cases: int, count: int) -> float:
    """The upper end of the 95 % interval of a share (Clopper and Pearson), in per cent."""
    return 100 * float(stats.binomtest(cases, count).proportion_ci(0.95, method="exact").high)


def _parts(name: str) -> Iterator[Floats]:
    chance = np.random.default_rng([7, list(noise.CLASSES).index(name)])
    for _ in range(SESSIONS // TOGETHER):
        yield noise.times(noise.CLASSES[name], TOGETHER, 2 * LONG.most, chance)


def _ratios(name: str, change: float) -> Iterator[tuple[int, Floats]]:
    ratios = noise.paired(medians(name), change, name)
    for start in range(0, len(ratios), TOGETHER):
        yield start, ratios[start : start + TOGETHER]


def _naive(logs: Floats) -> tuple[int, ...]:
    times = np.exp(logs)
    before, after = times[:, :MANY], times[:, MANY : 2 * MANY]
    middles = np.median(logs, axis=2)
    few = [np.mean(times[:, at : at + FEW], axis=(1, 2)) for at in (0, FEW)]
    return (
        _differ(times[:, 0], times[:, 1]),
        _differ(before.reshape(len(times), -1), after.reshape(len(times), -1)),
        _differ(middles[:, :MANY], middles[:, MANY : 2 * MANY]),
        int((np.abs(np.log(few[1] / few[0])) > math.log1p(TOLERANCE)).sum()),
    )


def _differ(one: Floats, other: Floats) -> int:
    return int((stats.ttest_ind(one, other, axis=1, equal_var=False).pvalue <= LEVEL).sum())

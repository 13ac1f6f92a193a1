"""How often the gate is wrong, and how often it finds something, in simulated noise."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np

from sideload.measure.gate.plan import LONG, SHORT, Plan, Rules
from sideload.measure.gate.quantiles import typical
from sideload.measure.gate.verdict import EQUAL, FASTER, SLOWER, outcomes
from tests.benchmarks import _sessions
from tests.benchmarks._sessions import NAIVE, SESSIONS, Outcomes
from tests.benchmarks.harness import figure
from tests.measure.gate import noise, recorded

ALL: Final = len(noise.CLASSES) * SESSIONS
RULES: Final = Rules(plan=LONG)
# Changes of the margin, in spreads of a pair: from those that are never cleared to the easy ones.
SPREADS: Final = (0.4, 0.55, 0.7, 1.0, 1.5, 2.6)
COVERED: Final = 100
TOSSES: Final = 500
PROCESSES: Final = 20
INTERVALS: Final = 1500
# What an interval of one session can speak of is this session.
STEADY: Final = ("quiet", "good", "typical", "rough", "awful", "offsets of processes")


@figure(name="false alarms of the gate, all classes", unit="%", reach=1, better="lower")
def alarms() -> Sequence[float]:
    """A against A, 2,000 comparisons of each class, as one would compare."""
    return [100 * sum(one.alarms for one in _equal().values()) / ALL]


@figure(name="false alarms of the gate, upper 95 % bound", unit="%", reach=1.2, better="lower")
def alarms_bound() -> Sequence[float]:
    """The same, by Clopper and Pearson."""
    return [_sessions.upper(sum(one.alarms for one in _equal().values()), ALL)]


@figure(name="false alarms of the gate, worst class", unit="%", reach=1.5, better="lower")
def alarms_worst() -> Sequence[float]:
    """The same, of the class that has most of them: 2,000 comparisons, by themselves."""
    return [100 * max(one.alarms for one in _equal().values()) / SESSIONS]


@figure(
    name="false alarms without SAME and floor, long plan, upper 95 % bound",
    unit="%",
    reach=1.2,
    better="lower",
)
def alarms_long() -> Sequence[float]:
    """As before where nothing stops early and the smallest change counts: the test alone."""
    return [_strict(LONG)]


@figure(
    name="false alarms without SAME and floor, short plan, upper 95 % bound",
    unit="%",
    reach=1.2,
    better="lower",
)
def alarms_short() -> Sequence[float]:
    """As above."""
    return [_strict(SHORT)]


@figure(
    name="false alarms of the gate on recorded noise, upper 95 % bound",
    unit="%",
    reach=1.2,
    better="lower",
)
def alarms_recorded() -> Sequence[float]:
    """18 recordings of 25 to 30 pairs, the coin thrown 500 times for each; the test alone."""
    rules = Rules(plan=SHORT, margin=1e-9, floor=0.0)
    found = [
        outcomes(recorded.tossed(ratios, TOSSES, name), rules, seed=name)[0]
        for name, ratios in recorded.every_pair().items()
    ]
    codes = np.concatenate(found)
    return [_sessions.upper(int(np.isin(codes, (SLOWER, FASTER)).sum()), len(codes))]


@figure(name="+3 % found by the gate, quiet", unit="%", reach=100, better="higher")
def power_quiet() -> Sequence[float]:
    """Of 2,000 comparisons, those that end as REGRESSED."""
    return [_changed("quiet", 0.03).share(SLOWER)]


@figure(name="+3 % found by the gate, good", unit="%", reach=100, better="higher")
def power_good() -> Sequence[float]:
    """As above."""
    return [_changed("good", 0.03).share(SLOWER)]


@figure(name="+3 % found by the gate, typical", unit="%", reach=95, better="higher")
def power_typical() -> Sequence[float]:
    """As above."""
    return [_changed("typical", 0.03).share(SLOWER)]


@figure(name="+5 % found by the gate, rough", unit="%", reach=95, better="higher")
def power_rough() -> Sequence[float]:
    """As above."""
    return [_changed("rough", 0.05).share(SLOWER)]


@figure(name="+10 % found by the gate, awful", unit="%", reach=94, better="higher")
def power_awful() -> Sequence[float]:
    """As above."""
    return [_changed("awful", 0.10).share(SLOWER)]


@figure(name="pairs until the gate finds +3 %, typical, mean", unit="", reach=40, better="lower")
def pairs_typical() -> Sequence[float]:
    """A pair is two processes."""
    return [float(_changed("typical", 0.03).counts.mean())]


@figure(name="pairs until the gate finds +5 %, rough, mean", unit="", reach=50, better="lower")
def pairs_rough() -> Sequence[float]:
    """As above."""
    return [float(_changed("rough", 0.05).counts.mean())]


@figure(name="pairs until the gate finds +10 %, awful, mean", unit="", reach=60, better="lower")
def pairs_awful() -> Sequence[float]:
    """As above."""
    return [float(_changed("awful", 0.10).counts.mean())]


@figure(name="pairs until the gate says SAME, typical, mean", unit="", reach=40, better="lower")
def pairs_same() -> Sequence[float]:
    """Of equal builds."""
    return [float(_equal()["typical"].counts.mean())]


@figure(name="equal builds that the gate calls SAME, typical", unit="%", reach=95, better="higher")
def same() -> Sequence[float]:
    """Of 2,000 comparisons."""
    return [_equal()["typical"].share(EQUAL)]


@figure(name="SAME said of a change of the margin, worst spread", unit="%", reach=5, better="lower")
def wrong_same() -> Sequence[float]:
    """In normal noise, 500 comparisons up and 500 down at each of six spreads of a pair."""
    chance = np.random.default_rng(5)
    return [max(_wrong_same(chance, margin_in_spreads) for margin_in_spreads in SPREADS)]


@figure(
    name="intervals of the gate that hold the truth, all classes",
    unit="%",
    reach=95,
    better="higher",
)
def cover() -> Sequence[float]:
    """A change of 5 %, wherever the gate stopped, 100 comparisons of each class."""
    held = sum(_sessions.covers(name, 0.05, COVERED) for name in noise.CLASSES)
    return [100 * held / (COVERED * len(noise.CLASSES))]


@figure(
    name="cover of the 95 % interval of p50, furthest from 95", unit="%", reach=3, better="lower"
)
def cover_p50() -> Sequence[float]:
    """Of six classes without drift, 1,500 sessions of 20 processes each."""
    return [_furthest(0.5, 50)]


@figure(
    name="cover of the 95 % interval of p90, furthest from 95", unit="%", reach=3, better="lower"
)
def cover_p90() -> Sequence[float]:
    """As above."""
    return [_furthest(0.9, 50)]


@figure(
    name="cover of the 95 % interval of p99, furthest from 95", unit="%", reach=3, better="lower"
)
def cover_p99() -> Sequence[float]:
    """As above, with 400 iterations in each process: 200 do not suffice where spikes are rare."""
    return [_furthest(0.99, 400)]


# For the record: what others do, on the same sessions. A gate worth its name has 1 % of these.
@figure(name=f"false alarms of a {NAIVE[0]}", unit="%", reach=1, better="higher")
def naive_iterations() -> Sequence[float]:
    """At a level of 1 %."""
    return [_naive(0)]


@figure(name=f"false alarms of a {NAIVE[1]}", unit="%", reach=1, better="higher")
def naive_pooled() -> Sequence[float]:
    """As above."""
    return [_naive(1)]


@figure(name=f"false alarms of a {NAIVE[2]}", unit="%", reach=1, better="higher")
def naive_order() -> Sequence[float]:
    """As above."""
    return [_naive(2)]


@figure(name=f"false alarms of a {NAIVE[3]}", unit="%", reach=1, better="higher")
def naive_tolerance() -> Sequence[float]:
    """As above."""
    return [_naive(3)]


@cache
def _equal() -> Mapping[str, Outcomes]:
    return {name: _sessions.gate(name, 0.0, RULES) for name in noise.CLASSES}


@cache
def _changed(name: str, change: float) -> Outcomes:
    return _sessions.gate(name, change, RULES)


def _strict(plan: Plan) -> float:
    rules = Rules(plan=plan, margin=1e-9, floor=0.0)
    found = sum(_sessions.gate(name, 0.0, rules).alarms for name in noise.CLASSES)
    return _sessions.upper(found, ALL)


def _wrong_same(chance: np.random.Generator, margin_in_spreads: float) -> float:
    margin = np.log1p(RULES.margin)
    called = [
        outcomes(
            chance.normal(way * margin, margin / margin_in_spreads, (100, LONG.most)),
            RULES,
            seed=f"{margin_in_spreads} {part}",
        )[0]
        for part in range(10)
        for way in (-1 if part % 2 else 1,)
    ]
    return 100 * float(np.mean(np.concatenate(called) == EQUAL))


def _furthest(quantile: float, iterations: int) -> float:
    chance = np.random.default_rng(11)
    return max(abs(_cover(name, quantile, iterations, chance) - 95) for name in STEADY)


def _cover(name: str, quantile: float, iterations: int, chance: np.random.Generator) -> float:
    still = replace(noise.CLASSES[name], drift=0.0, trend=0.0)
    many = noise.times(still, 100, 100, chance, iterations)
    truth = float(np.exp(np.quantile(many, quantile, axis=2).mean()))
    held = 0
    for _ in range(INTERVALS // 100):
        for session in np.exp(noise.times(still, 100, PROCESSES, chance, iterations)):
            one = typical(session, quantile)
            held += one.low <= truth <= one.high
    return 100 * held / INTERVALS


def _naive(which: int) -> float:
    return 100 * sum(_sessions.naive(name)[which] for name in noise.CLASSES) / ALL

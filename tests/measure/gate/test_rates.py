"""How often the gate is wrong and how often it finds something, in noise of every class.

Each bound is one that chance passes less than once in 100,000 runs, whatever the seed.
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from sideload.measure.gate.estimate import estimate, pairs_needed, resolves
from sideload.measure.gate.pairs import Floats
from sideload.measure.gate.plan import LONG, SHORT, Look, Plan, Rules
from sideload.measure.gate.verdict import EQUAL, FASTER, SLOWER, outcomes
from tests.measure.gate import noise
from tests.measure.gate.luck import least, most

SESSIONS = 120
# Nothing may be called the same, and no change is too small: what then alarms is the test alone.
STRICT = {"margin": 1e-9, "floor": 0.0}


@cache
def _in_time(name: str) -> Floats:
    chance = np.random.default_rng(list(noise.CLASSES).index(name))
    return noise.medians(noise.CLASSES[name], SESSIONS, LONG.most, chance)


def _alarms(ratios: Floats, rules: Rules, seed: str) -> int:
    codes, _ = outcomes(ratios, rules, seed=seed)
    return int(np.isin(codes, (SLOWER, FASTER)).sum())


@pytest.mark.parametrize("plan", [SHORT, LONG])
def test_equal_builds_are_called_different_in_one_of_a_hundred_sessions_at_most(plan: Plan) -> None:
    rules = Rules(plan=plan, **STRICT)
    alarms = sum(
        _alarms(noise.paired(_in_time(name), 0.0, name), rules, name) for name in noise.CLASSES
    )

    assert alarms <= most(SESSIONS * len(noise.CLASSES), 0.01)


def test_that_bound_finds_a_gate_that_forgets_how_often_it_looks() -> None:
    looks = tuple(Look(pairs=look.pairs, alarm=0.02, clear=look.clear) for look in SHORT.looks)
    rules = Rules(plan=Plan(looks=looks), **STRICT)
    alarms = sum(
        _alarms(noise.paired(_in_time(name), 0.0, name), rules, name) for name in noise.CLASSES
    )

    assert alarms > most(SESSIONS * len(noise.CLASSES), 0.01)


def test_that_bound_finds_pairs_without_a_coin_where_the_second_process_is_slower() -> None:
    heated = _in_time("good").copy()
    heated[:, 1::2] += 0.02
    rules = Rules(plan=SHORT, **STRICT)

    assert _alarms(noise.paired(heated, 0.0, "coin"), rules, "coin") <= most(SESSIONS, 0.01)
    assert _alarms(heated[:, 1::2] - heated[:, ::2], rules, "none") > most(SESSIONS, 0.01)


def test_that_bound_finds_a_t_test_of_one_build_after_the_other() -> None:
    alarms = 0
    for name in noise.CLASSES:
        before, after = np.split(_in_time(name)[:, :40], 2, axis=1)
        p = stats.ttest_ind(after, before, axis=1, equal_var=False).pvalue
        alarms += int((p <= 0.01).sum())

    assert alarms > most(SESSIONS * len(noise.CLASSES), 0.01)


@pytest.mark.parametrize(
    ("name", "change", "share"),
    [
        ("quiet", 0.03, 0.99),
        ("good", 0.03, 0.99),
        ("typical", 0.03, 0.95),
        ("rough", 0.05, 0.90),
        ("awful", 0.10, 0.90),
        ("drift", 0.05, 0.95),
        ("throttling", 0.05, 0.95),
    ],
)
def test_a_change_that_matters_is_found(name: str, change: float, share: float) -> None:
    ratios = noise.paired(_in_time(name), change, "power")
    codes, counts = outcomes(ratios, Rules(plan=LONG), seed="power")

    assert (codes == SLOWER).sum() >= least(SESSIONS, share)
    assert (codes == FASTER).sum() <= most(SESSIONS, 0.005)
    assert counts.min() == 10


@pytest.mark.parametrize("plan", [SHORT, LONG])
def test_a_change_that_is_said_to_be_resolved_is_found(plan: Plan) -> None:
    change = resolves(0.05, plan.most, plan)
    ratios = np.random.default_rng(9).normal(np.log1p(change), 0.05, (SESSIONS, plan.most))
    codes, _ = outcomes(ratios, Rules(plan=plan), seed="resolved")

    assert (codes == SLOWER).sum() >= least(SESSIONS, 0.94)
    assert pairs_needed(0.05, change, plan) == pytest.approx(plan.most, abs=1)


@pytest.mark.parametrize("way", [-1, 1])
def test_a_change_of_the_margin_is_called_the_same_in_one_of_twenty_sessions_at_most(
    way: int,
) -> None:
    size = np.log1p(0.03)
    chance = np.random.default_rng(6)
    wrong = sum(
        int((outcomes(ratios, Rules(plan=LONG), seed=str(unit))[0] == EQUAL).sum())
        for unit in (0.4, 0.7, 1.0, 1.5)
        for ratios in [chance.normal(way * size, size / unit, (60, LONG.most))]
    )

    assert wrong <= most(240, 0.05)


def test_no_change_is_called_the_same_where_the_pairs_suffice() -> None:
    for name in ("quiet", "good", "typical"):
        codes, _ = outcomes(noise.paired(_in_time(name), 0.0, name), Rules(plan=LONG), seed=name)

        assert (codes == EQUAL).sum() >= least(SESSIONS, 0.95)


def test_the_interval_holds_the_truth_wherever_the_comparison_stopped() -> None:
    ratios = noise.paired(_in_time("typical")[:80], 0.05, "cover")
    rules = Rules(plan=LONG)
    _, counts = outcomes(ratios, rules, seed="cover")
    looks = {look.pairs: look for look in LONG.looks}
    found = [
        estimate(row[:count], looks[int(count)], LONG, seed="cover")
        for row, count in zip(ratios, counts, strict=True)
    ]
    held = sum(one.low <= 1.05 <= one.high for one in found)

    assert held >= least(80, 0.95)
    assert np.median([one.high / one.low for one in found]) < 1.12

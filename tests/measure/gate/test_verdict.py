import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sideload.errors import FiguresError
from sideload.measure.gate.estimate import spread
from sideload.measure.gate.pairs import Floats
from sideload.measure.gate.plan import LONG, SHORT, Plan, Rules
from sideload.measure.gate.verdict import (
    Verdict,
    incomparable,
    judge,
    outcomes,
    too_many_bad,
)
from tests.protocols.adb.any import QUICK

RULES = Rules(plan=SHORT)
FIRST_LOOK = Rules(plan=Plan(looks=SHORT.looks[:1]))


def _pairs(change: float, noise: float, seed: int = 1, count: int = 80) -> Floats:
    return np.random.default_rng(seed).normal(math.log1p(change), noise, count)


def _judged(ratios: Floats, rules: Rules = RULES) -> Verdict:
    verdict = judge(ratios, rules, seed="a seed")
    assert verdict is not None
    return verdict


def test_a_change_beyond_the_noise_has_its_verdict_after_ten_pairs() -> None:
    slower, faster = _judged(_pairs(0.05, 0.01)), _judged(_pairs(-0.05, 0.01))

    assert (slower.word, slower.pairs) == ("REGRESSED", 10)
    assert (faster.word, faster.pairs) == ("IMPROVED", 10)
    assert slower.ratio is not None
    assert 1.0 < slower.ratio.low <= 1.05 <= slower.ratio.high < 1.10
    assert slower.p <= 0.01


def test_no_change_is_the_same_where_the_noise_is_small() -> None:
    verdict = _judged(_pairs(0.0, 0.01))

    assert (verdict.word, verdict.pairs) == ("SAME", 10)
    assert verdict.ratio is not None
    assert 0.97 < verdict.ratio.low < 1.0 < verdict.ratio.high < 1.03


def test_what_is_still_open_at_the_end_is_noisy_and_says_what_it_would_take() -> None:
    verdict = _judged(_pairs(0.0, 0.10))
    one_pair = spread(_pairs(0.0, 0.10)[:40])

    assert (verdict.word, verdict.pairs) == ("NOISY", 40)
    assert verdict.needed == pytest.approx((5.1 * one_pair / math.log(1.03)) ** 2, rel=0.05)
    assert verdict.resolves == pytest.approx(5.1 * one_pair / math.sqrt(40), rel=0.1)


def test_a_noisy_verdict_asks_for_more_pairs_than_there_were() -> None:
    # The change is the margin itself, which no number of pairs tells from either side of it.
    verdict = _judged(_pairs(0.03, 0.02), Rules(plan=SHORT, floor=0.2))

    assert (verdict.word, verdict.pairs) == ("NOISY", 40)
    assert verdict.needed == 80


def test_ten_pairs_that_agree_are_enough_though_one_of_them_is_far_from_the_others() -> None:
    ratios = np.array([0.05, 0.051, 0.049, 0.05, 0.052, 0.048, 0.05, 0.051, 0.049, 0.5])

    assert _judged(ratios).word == "REGRESSED"
    assert _judged(-ratios).word == "IMPROVED"


def test_more_pairs_are_asked_for_until_a_look_settles_it() -> None:
    ratios = _pairs(0.03, 0.04, seed=4)
    asked = [judge(ratios[:count], RULES, seed="a seed") is None for count in range(41)]

    assert asked == sorted(asked, reverse=True)
    assert not asked[40]
    assert asked[10]


def test_pairs_after_the_look_that_settled_it_change_nothing() -> None:
    ratios = _pairs(0.05, 0.02)
    settled = _judged(ratios[:10])

    assert _judged(np.concatenate([ratios[:10], -ratios])) == settled


def test_a_comparison_that_is_broken_off_is_noisy_as_of_its_last_look() -> None:
    ratios = _pairs(0.0, 0.1)
    verdict = judge(ratios[:17], RULES, seed="a seed", is_over=True)
    too_early = judge(ratios[:7], RULES, seed="a seed", is_over=True)

    assert verdict is not None
    assert (verdict.word, verdict.pairs) == ("NOISY", 14)
    assert verdict.ratio is not None
    assert too_early == Verdict(word="NOISY", pairs=7, reasons=("no look was reached",))


@pytest.mark.parametrize("change", [-0.009, 0.009])
def test_a_change_that_is_not_worth_it_raises_no_alarm_however_certain(change: float) -> None:
    verdict = _judged(_pairs(change, 0.0005))

    assert verdict.word == "SAME"
    assert verdict.p <= 0.01


def test_a_change_that_is_likely_and_large_enough_is_not_called_none_while_there_are_looks() -> (
    None
):
    # Nine of ten pairs are slower by 2 %, which is within the margin but above the floor.
    ratios = np.array([0.02, 0.021, 0.019, 0.02, 0.022, 0.018, 0.02, 0.021, 0.019, -0.0205] * 4)

    assert _judged(ratios, FIRST_LOOK).word == "SAME"
    assert _judged(ratios).word == "REGRESSED"


def test_two_modes_block_the_verdict_same_and_are_told() -> None:
    ratios = _pairs(0.0, 0.002)
    # The new build meets the slow core in a third of all pairs, the old one never.
    ratios[::3] += math.log(1.6)
    verdict = _judged(ratios, Rules(plan=SHORT, floor=10.0))

    assert verdict.word == "NOISY"
    assert verdict.is_split


def test_a_build_that_only_meets_slow_cores_more_often_is_found() -> None:
    ratios = _pairs(0.0, 0.02)
    ratios[::2] += math.log(1.6)

    assert _judged(ratios, Rules(plan=LONG)).word == "REGRESSED"


def test_pairs_without_any_noise_have_a_verdict() -> None:
    assert _judged(np.zeros(10)).word == "SAME"
    same = _judged(np.full(10, math.log(1.1)))
    assert same.word == "REGRESSED"
    assert same.ratio is not None
    assert same.ratio.low == pytest.approx(1.1) == same.ratio.high


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_ratio_that_is_not_finite_has_no_verdict(bad: float) -> None:
    with pytest.raises(FiguresError, match="pair 3"):
        judge([0.0, 0.0, 0.0, bad, *[0.0] * 10], RULES, seed="a seed")


TEN = some.lists(
    (some.floats(-1, 1) | some.floats(-20, 20)).map(lambda one: round(one, 3)),
    min_size=10,
    max_size=10,
)
MIRRORED = {"REGRESSED": "IMPROVED", "IMPROVED": "REGRESSED", "SAME": "SAME", "NOISY": "NOISY"}


@QUICK
@given(TEN, some.sampled_from((0.01, 0.1, 1.0)))
def test_the_builds_exchanged_exchange_the_verdict(ratios: list[float], unit: float) -> None:
    row = unit * np.array(ratios)
    one, other = _judged(row, FIRST_LOOK), _judged(-row, FIRST_LOOK)

    assert other.word == MIRRORED[one.word]
    assert other.p == one.p
    assert one.ratio is not None
    assert other.ratio is not None
    assert other.ratio.value == pytest.approx(1 / one.ratio.value)
    assert other.ratio.low == pytest.approx(1 / one.ratio.high, rel=1e-3)


@QUICK
@given(TEN, some.randoms())
def test_the_order_of_the_pairs_of_one_look_changes_nothing(
    ratios: list[float],
    chance: some.DataObject,
) -> None:
    mixed = list(ratios)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = _judged(np.array(ratios), FIRST_LOOK), _judged(np.array(mixed), FIRST_LOOK)

    assert (one.word, one.p, one.needed) == (other.word, other.p, other.needed)


@QUICK
@given(TEN)
def test_an_interval_holds_its_value_and_excludes_no_change_only_with_an_unusual_p(
    ratios: list[float],
) -> None:
    verdict = _judged(np.array(ratios), FIRST_LOOK)

    assert verdict.ratio is not None
    assert 0 < verdict.ratio.low <= verdict.ratio.value <= verdict.ratio.high < math.inf
    if verdict.word in {"REGRESSED", "IMPROVED"}:
        assert not verdict.ratio.low <= 1.0 <= verdict.ratio.high


def test_many_comparisons_at_once_come_to_what_each_comes_to_alone() -> None:
    many = np.stack([_pairs(change, 0.03, seed=seed) for seed, change in enumerate((0, 0.03) * 8)])
    codes, counts = outcomes(many, RULES, seed="a seed")
    alone = [outcomes(row[None], RULES, seed="a seed") for row in many]

    assert codes.tolist() == [int(code[0]) for code, _ in alone]
    assert counts.tolist() == [int(count[0]) for _, count in alone]


@pytest.mark.parametrize(
    ("tried", "bad", "is_too_much"), [(6, 6, False), (10, 7, True), (60, 20, False), (60, 21, True)]
)
def test_a_device_in_a_bad_state_too_often_makes_it_incomparable(
    tried: int, bad: int, is_too_much: bool
) -> None:
    why = too_many_bad(tried, bad)

    assert bool(why) == is_too_much
    assert incomparable("another device", pairs=3) == Verdict(
        word="INCOMPARABLE", pairs=3, reasons=("another device",)
    )

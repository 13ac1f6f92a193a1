"""The p-values are the ones that counting every flip gives."""

import itertools
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from sideload.measure.gate import scores
from sideload.measure.gate.flips import Flips
from sideload.measure.gate.pairs import Floats
from sideload.measure.gate.plan import Look, Plan, Rules
from sideload.measure.gate.verdict import EQUAL, FASTER, SLOWER, outcomes
from tests.protocols.adb.any import QUICK

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
SIZES = some.floats(1e-4, 10).map(lambda size: round(size, 4))
EIGHT = some.lists(SIZES, min_size=8, max_size=8)


def _drawn(pairs: int, seed: int, shift: float = 0.4) -> Floats:
    return np.random.default_rng(seed).standard_t(3, pairs) + shift


def _every_sign(sizes: Array) -> Floats:
    signs = np.array(list(itertools.product((1.0, -1.0), repeat=len(sizes))))
    return np.asarray(signs * sizes)


@pytest.mark.parametrize("seed", range(12))
def test_the_ranks_alone_are_the_exact_signed_rank_test(seed: int) -> None:
    ratios = _drawn(10, seed)
    ranks = scores.weights(ratios[None])[:, 1:]

    p = scores.p_of_scores(ranks, Flips(pairs=10, seed=""))[0]

    assert p == pytest.approx(stats.wilcoxon(ratios, method="exact").pvalue)


@pytest.mark.parametrize("seed", range(12))
def test_both_scores_together_are_the_permutation_test_of_their_greater_one(seed: int) -> None:
    ratios = _drawn(8, seed)

    def greater(sample: Floats, axis: int) -> Floats:
        flat = np.moveaxis(sample, axis, -1)
        sums = scores.weights(flat.reshape(-1, flat.shape[-1])).sum(axis=2)
        # A test of scipy has no tolerance for what is equal but for rounding.
        return np.asarray(np.round(np.abs(sums).max(axis=1), 4).reshape(flat.shape[:-1]))

    exact = stats.permutation_test(
        *([ratios], greater),
        permutation_type="samples",
        alternative="greater",
        n_resamples=np.inf,
        vectorized=True,
    )

    assert scores.p_differ(ratios[None], Flips(pairs=8, seed=""))[0] == pytest.approx(exact.pvalue)


@QUICK
@given(EIGHT)
def test_of_all_ways_the_coin_may_fall_no_more_than_the_level_are_below_it(
    sizes: list[float],
) -> None:
    p = scores.p_differ(_every_sign(np.array(sizes)), Flips(pairs=8, seed=""))

    for level in (0.01, 0.05, 0.2, 0.5):
        assert np.mean(p <= level) <= level


@QUICK
@given(EIGHT)
def test_of_all_ways_the_coin_may_fall_a_whole_plan_alarms_in_no_more_than_its_looks_spend(
    sizes: list[float],
) -> None:
    looks = tuple(Look(pairs=n, alarm=level, clear=1e-9) for n, level in ((5, 0.0625), (8, 0.04)))
    rules = Rules(plan=Plan(looks=looks), margin=1e-9, floor=0.0)

    codes, _ = outcomes(_every_sign(np.array(sizes)), rules, seed="any")

    assert np.mean(codes == SLOWER) == np.mean(codes == FASTER)
    assert np.mean(np.isin(codes, (SLOWER, FASTER))) <= rules.plan.alarm


@QUICK
@given(EIGHT, some.sampled_from((-1, 1)))
def test_of_all_ways_the_coin_may_fall_few_call_a_change_of_the_margin_the_same(
    sizes: list[float], way: int
) -> None:
    rules = Rules(plan=Plan(looks=(Look(pairs=8, alarm=1e-9, clear=0.05),)), margin=0.03)
    shifted = _every_sign(np.array(sizes)) + way * np.log1p(rules.margin)

    codes, _ = outcomes(shifted, rules, seed="any")

    assert np.mean(codes == EQUAL) <= 0.05


def test_a_level_that_is_too_large_is_found_by_counting() -> None:
    """The count above can fail: it does where a test forgets that it looked twice."""
    looks = tuple(Look(pairs=n, alarm=0.0625, clear=1e-9) for n in (5, 8))
    rules = Rules(plan=Plan(looks=looks), margin=1e-9, floor=0.0)

    codes, _ = outcomes(_every_sign(np.arange(1.0, 9.0)), rules, seed="any")

    assert np.mean(np.isin(codes, (SLOWER, FASTER))) > 0.0625


@pytest.mark.parametrize("pairs", [14, 20, 80])
def test_a_p_that_need_not_be_counted_to_its_end_decides_the_same(pairs: int) -> None:
    ratios = np.random.default_rng(pairs).normal(0.3, 1, (60, pairs))
    flips = Flips(pairs=pairs, seed="any")

    for level in (0.002, 0.05):
        whole, part = scores.p_differ(ratios, flips), scores.p_differ(ratios, flips, ceiling=level)

        assert np.array_equal(whole <= level, part <= level)
        assert np.array_equal(whole[whole <= level], part[whole <= level])
        assert (part <= whole).all()


def test_drawn_flips_come_to_what_all_of_them_come_to() -> None:
    ratios = np.random.default_rng(5).normal(0.5, 1, (20, 17))
    drawn = scores.p_differ(ratios, Flips(pairs=17, seed="any"))
    exact = scores.p_differ(ratios, Flips(pairs=17, seed="any", draws=2**17))

    assert np.abs(drawn - exact).max() < 5 * np.sqrt(0.25 / 2**16)


@QUICK
@given(some.lists(some.floats(-1, 1), min_size=10, max_size=10), some.randoms())
def test_p_depends_on_neither_order_nor_sign_nor_unit(ratios: list[float], chance: Any) -> None:  # noqa: ANN401
    row = np.array([round(ratio, 3) for ratio in ratios])
    mixed = row.copy()
    chance.shuffle(mixed)
    flips = Flips(pairs=10, seed="any")

    p = scores.p_differ(np.stack([row, mixed, -row, 8 * row]), flips)

    assert p == pytest.approx(np.full(4, p[0]))
    assert scores.p_beyond(row[None], flips, margin=0.1) == scores.p_beyond(
        -row[None], flips, margin=0.1
    )

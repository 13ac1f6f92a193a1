import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sideload.errors import FiguresError
from sideload.measure.gate import pairs
from tests.protocols.adb.any import QUICK

NO_FIGURES = (math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0)


@pytest.mark.parametrize("bad", NO_FIGURES)
@pytest.mark.parametrize("side", ["baseline", "candidate"])
def test_what_is_no_time_makes_no_ratio_and_the_error_names_its_side(bad: float, side: str) -> None:
    figures = {"baseline": 1.0, "candidate": 1.0} | {side: bad}

    with pytest.raises(FiguresError, match=f"the {side}'s figure is {bad}"):
        pairs.log_ratio(**figures)


@QUICK
@given(some.floats(), some.floats())
def test_every_ratio_that_is_made_is_finite(one: float, other: float) -> None:
    try:
        ratio = pairs.log_ratio(one, other)
    except FiguresError:
        assert not (0 < one < math.inf and 0 < other < math.inf)
    else:
        assert math.isfinite(ratio)
        assert ratio == -pairs.log_ratio(other, one)


def test_a_slower_candidate_is_above_zero() -> None:
    assert pairs.log_ratio(100, 103) == pytest.approx(math.log(1.03))


def test_a_duet_counts_as_the_median_of_its_turns_without_the_first_of_each_burst() -> None:
    baseline = [[900, 100, 100, 100], [900, 200, 200, 200], [900, 100, 100, 100]]
    candidate = [[1, 110, 110, 900], [1, 220, 220, 220], [1, 500, 500, 500]]

    assert pairs.duet_log_ratio(baseline, candidate) == pytest.approx(math.log(1.1))


@pytest.mark.parametrize(
    ("baseline", "candidate"),
    [
        ([], []),
        ([[1, 2]], []),
        ([[1, 2]], [[1]]),
        ([[1, 0]], [[1, 2]]),
        ([[1, 2]], [[1, math.nan]]),
    ],
)
def test_a_duet_that_lacks_a_turn_or_a_time_is_refused(
    baseline: list[list[float]], candidate: list[list[float]]
) -> None:
    with pytest.raises(FiguresError):
        pairs.duet_log_ratio(baseline, candidate)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1000.0, -21.0])
def test_a_ratio_that_no_builds_have_is_refused_with_its_place(bad: float) -> None:
    with pytest.raises(FiguresError, match="pair 1 is"):
        pairs.checked([0.0, bad])


def test_ratios_of_several_comparisons_are_not_taken_for_one() -> None:
    with pytest.raises(FiguresError, match="2 axes"):
        pairs.checked([[0.0], [0.1]])  # type: ignore[list-item]

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sideload.errors import FiguresError
from sideload.measure.gate.quantiles import typical
from tests.measure.gate.luck import least, most
from tests.protocols.adb.any import QUICK


def test_the_interval_is_the_one_of_a_table_of_t() -> None:
    found = typical([[1.0], [2.0], [4.0], [8.0], [16.0]], 0.5)
    half = 2.776445 * math.log(2) * math.sqrt(2.5) / math.sqrt(5)

    assert found.value == pytest.approx(4.0)
    assert found.low == pytest.approx(4.0 * math.exp(-half), rel=1e-5)
    assert found.high == pytest.approx(4.0 * math.exp(half), rel=1e-5)


def test_processes_that_are_all_alike_have_an_interval_of_no_width() -> None:
    found = typical([[3.0, 5.0]] * 4, 0.5)

    assert found.low == found.value == found.high == pytest.approx(4.0)


def test_a_percentile_is_taken_in_each_process_however_many_times_it_has() -> None:
    assert typical([list(range(1, 102)), [91.0]], 0.9).value == pytest.approx(91.0)


@pytest.mark.parametrize(
    "processes",
    [
        [],
        [[1.0, 2.0]],
        [[1.0], []],
        [[1.0], [0.0, 1.0]],
        [[1.0], [math.nan]],
        [[1.0], [math.inf, 1.0]],
        [[1.0], [-1.0]],
    ],
)
def test_too_few_processes_or_times_that_are_none_are_refused(processes: list[list[float]]) -> None:
    with pytest.raises(FiguresError):
        typical(processes, 0.5)


@QUICK
@given(
    some.lists(some.lists(some.floats(1e-3, 1e3), min_size=1, max_size=5), min_size=2, max_size=6),
    some.floats(0.01, 0.99),
)
def test_the_interval_holds_the_value_in_whatever_unit(
    processes: list[list[float]], quantile: float
) -> None:
    found = typical(processes, quantile)
    in_thousandths = typical([[1000 * time for time in times] for times in processes], quantile)

    assert 0 < found.low <= found.value * (1 + 1e-9) <= found.high * (1 + 2e-9)
    assert in_thousandths.value == pytest.approx(1000 * found.value)


def test_in_normal_noise_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance = np.random.default_rng(8)
    sessions = np.exp(chance.normal(0, 0.05, (500, 10, 1)) + chance.normal(0, 0.02, (500, 10, 15)))
    found = [typical(session, 0.5) for session in sessions]
    held = sum(one.low <= 1.0 <= one.high for one in found)

    assert least(500, 0.95) <= held <= most(500, 0.95)


@QUICK
@given(some.lists(some.lists(some.floats(), max_size=3), max_size=4), some.floats(0, 1))
def test_whatever_times_there_are_they_are_refused_or_have_an_interval(
    processes: list[list[float]], quantile: float
) -> None:
    try:
        found = typical(processes, quantile)
    except FiguresError:
        return

    assert 0 <= found.low <= found.value * (1 + 1e-9)
    assert found.value <= found.high * (1 + 1e-9)

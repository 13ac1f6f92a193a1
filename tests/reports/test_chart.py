import re

import pytest

from sideload.reports import _chart
from sideload.reports._chart import Series
from sideload.values import Latency


def series(iterations_ns: list[int], p99: int = 300) -> Series:
    latency = Latency(p50=100, p90=200, p99=p99, count=len(iterations_ns))
    return Series(name="x", latency_ns=latency, iterations_ns=iterations_ns)


def places(strip: _chart.Strip) -> list[tuple[float, float]]:
    found = re.findall(r"M([0-9.]+) ([0-9.]+)h0", strip.dots)
    return [(float(x), float(y)) for x, y in found]


def test_the_axis_starts_at_zero_and_ends_beyond_the_slowest_p99() -> None:
    found = _chart.chart([series([]), series([], p99=800)])

    (first, label), *_, (last, _) = found.ticks
    assert (first, label) == (_chart.LEFT, "0 ns")
    assert last <= _chart.RIGHT
    assert 2 <= len(found.ticks) <= _chart.MOST_TICKS + 1
    assert found.strips[1].p99 == pytest.approx(
        _chart.LEFT + (_chart.RIGHT - _chart.LEFT) * 800 / (800 * _chart.ROOM), abs=0.1
    )


def test_percentiles_are_in_order_and_strips_below_each_other() -> None:
    first, second = _chart.chart([series([]), series([])]).strips

    assert first.p50 < first.p90 < first.p99
    assert second.top == first.top + _chart.STRIP_HEIGHT


def test_a_dot_is_where_its_time_is_and_inside_its_strip() -> None:
    (strip,) = _chart.chart([series([0, 100, 375])]).strips

    found = places(strip)
    assert [x for x, _ in found] == [_chart.LEFT, pytest.approx(strip.p50), _chart.RIGHT]
    assert all(strip.top <= y <= strip.top + _chart.STRIP_HEIGHT for _, y in found)


def test_what_is_far_slower_is_counted_instead_of_drawn() -> None:
    (strip,) = _chart.chart([series([100, 10_000, 20_000])]).strips

    assert len(places(strip)) == 1
    assert strip.said.endswith("2 slower than drawn")


def test_a_million_inferences_are_drawn_as_hundreds() -> None:
    (strip,) = _chart.chart([series([100] * 1_000_000)]).strips

    assert len(places(strip)) <= _chart.MOST_DOTS


@pytest.mark.parametrize("p99", [0, 1, 7, 999, 10**3, 123_456_789, 10**12])
def test_ticks_are_few_and_round_at_any_scale(p99: int) -> None:
    found = _chart.chart([series([], p99=p99)])

    assert 1 <= len(found.ticks) <= _chart.MOST_TICKS + 1
    assert len({label for _, label in found.ticks}) == len(found.ticks)

"""Where every timed inference fell, as coordinates; a template only draws them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sideload.host.quantities import duration
from sideload.values import Latency

# In the units of the drawing.
LEFT: Final = 250.0
RIGHT: Final = 900.0
STRIP_HEIGHT: Final = 40.0
DOTS_HEIGHT: Final = 26.0
AXIS_HEIGHT: Final = 34.0
# More would only make one black bar, and a large file.
MOST_DOTS: Final = 400
MOST_TICKS: Final = 6
# Slower inferences than this many times the greatest p99 are counted instead of drawn.
ROOM: Final = 1.25
LEAST_NS: Final = 10.0
GOLDEN: Final = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, kw_only=True)
class Series:
    """One artifact's timed inferences, in nanoseconds and in order; empty where the log is gone."""

    name: str
    latency_ns: Latency
    iterations_ns: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One series drawn: its dots as an SVG path, and the places of its percentiles."""

    name: str
    top: float
    dots: str
    p50: float
    p90: float
    p99: float
    said: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The strips of one model over one axis of time, which starts at zero."""

    height: float
    strips: tuple[Strip, ...]
    ticks: tuple[tuple[float, str], ...]


def chart(found: Sequence[Series]) -> Chart:
    """The drawing of `found`, one strip below the other."""
    end_ns = max(LEAST_NS, ROOM * max(series.latency_ns.p99 for series in found))
    strips = [_strip(series, index, end_ns) for index, series in enumerate(found)]
    ticks = [(_x(tick_ns, end_ns), duration(tick_ns)) for tick_ns in _ticks(end_ns)]
    height = STRIP_HEIGHT * len(strips) + AXIS_HEIGHT
    return Chart(height=height, strips=tuple(strips), ticks=tuple(ticks))


def _strip(series: Series, index: int, end_ns: float) -> Strip:
    latency, top = series.latency_ns, STRIP_HEIGHT * index
    beyond = sum(each > end_ns for each in series.iterations_ns)
    said = f"p50 {duration(latency.p50)}, p90 {duration(latency.p90)}, p99 {duration(latency.p99)}"
    return Strip(
        name=series.name,
        top=top,
        dots=_dots(series.iterations_ns, top + (STRIP_HEIGHT - DOTS_HEIGHT) / 2, end_ns),
        p50=_x(latency.p50, end_ns),
        p90=_x(latency.p90, end_ns),
        p99=_x(latency.p99, end_ns),
        said=f"{said}, {beyond} slower than drawn" if beyond else said,
    )


def _dots(iterations_ns: Sequence[int], top: float, end_ns: float) -> str:
    every = max(1, math.ceil(len(iterations_ns) / MOST_DOTS))
    places = [
        # Steps of the golden ratio spread neighbours apart, the same way each time.
        f"M{_x(each, end_ns):.1f} {top + DOTS_HEIGHT * (index * GOLDEN % 1):.1f}h0"
        for index, each in enumerate(iterations_ns[::every])
        if each <= end_ns
    ]
    return "".join(places)


def _x(time_ns: float, end_ns: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * min(time_ns / end_ns, 1.0), 1)


def _ticks(end_ns: float) -> list[float]:
    magnitude = 10 ** math.floor(math.log10(end_ns / MOST_TICKS))
    step = next(m * magnitude for m in (1, 2, 5, 10) if end_ns / (m * magnitude) <= MOST_TICKS)
    return [step * number for number in range(math.floor(end_ns / step) + 1)]

"""A figure: something measured, beside what it should reach.

A file in this folder holds functions such as:

    @figure(name="push 256 MB, times native adb", unit="x", reach=1.3, better="higher")
    def push_large() -> Sequence[float]:
        return [native_seconds / our_seconds for … in range(5)]

Each returns one value per run, in the figure's unit. Where two things are compared, both are
measured inside one run and the value is their ratio, so that the machine's mood cancels out.
The figure's value is the median of the runs.
"""

import importlib
import pkgutil
import statistics
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias, TypedDict

Better: TypeAlias = Literal["higher", "lower"]
Measure: TypeAlias = Callable[[], Sequence[float]]


class Row(TypedDict, total=False):
    """One figure as it stands in `artifacts/bench.json`.

    `value` is the median of the runs, or null where measuring failed, and then `error` says why;
    `runs` counts them; `spread` is the greatest less the least, in the figure's unit.
    """

    name: str
    value: float | None
    unit: str
    reach: float
    holds: bool
    runs: int
    spread: float | None
    error: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One promise: what is measured, in which unit, and what it should reach."""

    name: str
    unit: str
    reach: float
    better: Better
    topic: str
    measure: Measure

    def matches(self, pattern: str) -> bool:
        """Whether `pattern`, a part of a name or a glob, means this figure or its topic."""
        return any(
            pattern in text or fnmatchcase(text, pattern) for text in (self.name, self.topic)
        )

    def holds(self, value: float) -> bool:
        """Whether `value` reaches what was promised; a NaN does not."""
        return value >= self.reach if self.better == "higher" else value <= self.reach


def figure(*, name: str, unit: str, reach: float, better: Better) -> Callable[[Measure], Figure]:
    """Turn a function that returns one value per run into the figure of that name."""

    def wrap(measure: Measure) -> Figure:
        topic = measure.__module__.rpartition(".")[2]
        return Figure(
            name=name, unit=unit, reach=reach, better=better, topic=topic, measure=measure
        )

    return wrap


def discover(package: str = "tests.benchmarks") -> tuple[Figure, ...]:
    """Every figure of every topic in `package`, in the order of files and lines.

    Files whose name begins with an underscore hold no figures, and are not imported.
    """
    folder = importlib.import_module(package)
    topics = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return tuple(
        found
        for topic in topics
        if topic != "harness" and not topic.startswith("_")
        for found in _figures(f"{package}.{topic}")
    )


def run(one: Figure) -> Row:
    """Measure one figure; whatever it raises ends up in its row, so that the others still run."""
    try:
        return row(one, one.measure())
    except Exception as error:  # noqa: BLE001 - a benchmark may raise anything
        traceback.print_exc()
        return _failed(one, f"{type(error).__name__}: {error}")


def row(one: Figure, values: Sequence[float]) -> Row:
    """What `values`, one a run, say of the figure.

    Raises:
        statistics.StatisticsError: There are none.
    """
    value = statistics.median(values)
    return Row(
        name=one.name,
        value=value,
        unit=one.unit,
        reach=one.reach,
        holds=one.holds(value),
        runs=len(values),
        spread=max(values) - min(values),
    )


def _failed(one: Figure, error: str) -> Row:
    return Row(
        name=one.name,
        value=None,
        unit=one.unit,
        reach=one.reach,
        holds=False,
        runs=0,
        spread=None,
        error=error,
    )


def _figures(module: str) -> Iterator[Figure]:
    for value in vars(importlib.import_module(module)).values():
        if isinstance(value, Figure) and value.measure.__module__ == module:
            yield value

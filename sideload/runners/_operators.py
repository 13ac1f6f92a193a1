"""Rows of a profile, the same for every runtime: where the time of one inference goes."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sideload.errors import RunnerError

OVERHEAD: Final = "(between operators)"
LIMIT_BYTES: Final = 256 * 1024 * 1024
REMEDY: Final = "profile again; if it persists, set profile: {operators: false} in the target"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One execution of one operator, in nanoseconds; `backend` is what executed it."""

    operator: str
    backend: str
    ns: int


@dataclass(frozen=True, kw_only=True)
class Inference:
    """One measured inference: its wall time in nanoseconds, and every operator in it."""

    ns: int
    calls: tuple[Call, ...]


def rows(inferences: Sequence[Inference]) -> tuple[Mapping[str, Any], ...]:
    """One row for each operator and backend, the slowest first, and one for the time in between.

    `ns` is the median, over the inferences, of all that operator's calls in one; `calls` is how
    many those are; `share` is of the sum of all rows.

    Raises:
        RunnerError: There are no inferences.
    """
    if not inferences:
        raise unreadable("it holds no measured inference")
    spent = [_spent(inference) for inference in inferences]
    counts = Counter((call.operator, call.backend) for call in inferences[-1].calls)
    keys = {key: None for one in spent for key in one}
    medians = {key: round(statistics.median(one.get(key, 0) for one in spent)) for key in keys}
    whole = sum(medians.values()) or 1
    ranked = sorted(medians.items(), key=lambda item: -item[1])
    return tuple(
        {
            "operator": operator,
            "backend": backend,
            "calls": counts[operator, backend],
            "ns": ns,
            "share": ns / whole,
        }
        for (operator, backend), ns in ranked
    )


def unreadable(reason: str) -> RunnerError:
    """The error for a profile that cannot be used."""
    return RunnerError(f"the operator profile cannot be read: {reason}", remedy=REMEDY)


def _spent(inference: Inference) -> Counter[tuple[str, str]]:
    spent: Counter[tuple[str, str]] = Counter()
    for call in inference.calls:
        spent[call.operator, call.backend] += call.ns
    # Clocks of microseconds may add up to more than the whole.
    spent[OVERHEAD, ""] = max(0, inference.ns - spent.total())
    return spent

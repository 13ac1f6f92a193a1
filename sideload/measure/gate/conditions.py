"""Whether two measurements may be compared at all: their conditions have to be the same."""

from collections.abc import Mapping
from typing import Final

from sideload.measure.gate.verdict import Verdict, incomparable

UNKNOWN: Final = "unknown"


def unlike(baseline: Mapping[str, object], candidate: Mapping[str, object]) -> tuple[str, ...]:
    """Every condition that is not the same for both, with both values; none where all are.

    Args:
        baseline: By name: device, system, runtime, hash of the inputs, threads, power state.
        candidate: The other one's. What only one of them has is not the same.
    """
    names = dict.fromkeys((*baseline, *candidate))
    return tuple(
        f"{name} is {_said(baseline, name)} and {_said(candidate, name)}"
        for name in names
        if name not in baseline or name not in candidate or baseline[name] != candidate[name]
    )


def refused(baseline: Mapping[str, object], candidate: Mapping[str, object]) -> Verdict | None:
    """INCOMPARABLE with its reasons, or None where the two may be compared."""
    reasons = unlike(baseline, candidate)
    return incomparable(*reasons) if reasons else None


def _said(conditions: Mapping[str, object], name: str) -> str:
    return repr(conditions[name]) if name in conditions else UNKNOWN

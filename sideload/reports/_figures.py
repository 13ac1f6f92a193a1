"""One result as short texts, the same in every report."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sideload.host import neutral
from sideload.host.quantities import duration, size
from sideload.reports import _origin
from sideload.values import Artifact, Deployment, Metric, Parity, Result, TimingLog

NONE: Final = "-"
DECIMALS: Final = 6


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The cells of one row; each is one line of harmless text, and `-` where nothing is known."""

    model: str
    runtime: str
    precision: str
    size: str
    cosine: str
    max_error: str
    task: str
    load: str
    first: str
    p50: str
    p90: str
    p99: str
    peak: str
    device: str


def figures(result: Result, among: Sequence[Result]) -> Figures:
    """The row of `result` in a table of `among`."""
    made, deployment, timing = result.artifact, result.deployment, result.timing
    parity = deployment.parity or made.parity
    return Figures(
        model=neutral.line(made.model),
        runtime=neutral.line(made.runtime),
        precision=neutral.line(precision(made)),
        size=size(total_bytes(made)),
        cosine=cosine(parity),
        max_error=max_error(parity),
        task=task(metric(result), task_header(among)),
        load=duration(timing.load_ns) if timing else NONE,
        first=duration(timing.first_ns) if timing else NONE,
        p50=_percentile(timing, "p50"),
        p90=_percentile(timing, "p90"),
        p99=_percentile(timing, "p99"),
        peak=size(timing.peak_bytes) if timing else NONE,
        device=neutral.line(_origin.short_device(deployment.device, among) + _way(deployment)),
    )


def precision(made: Artifact) -> str:
    """Precision and scheme; once where they are called the same."""
    same = made.precision == made.scheme
    return made.precision if same else f"{made.precision} {made.scheme}"


def total_bytes(made: Artifact) -> int:
    """The size of all files of an artifact, in bytes."""
    return made.file.size_bytes + sum(file.size_bytes for file in made.extra_files)


def cosine(parity: Parity | None) -> str:
    """A cosine cut, never rounded, so that only what is the same reads as 1."""
    if parity is None:
        return NONE
    if not math.isfinite(parity.cosine):
        return str(parity.cosine)
    scale = 10**DECIMALS
    return f"{math.trunc(parity.cosine * scale) / scale:.{DECIMALS}f}"


def max_error(parity: Parity | None) -> str:
    """The greatest difference, to two digits."""
    return NONE if parity is None else f"{parity.max_abs_error:.2g}"


def metric(result: Result) -> Metric | None:
    """The task's own metric: on the device if it was taken there, else of the artifact."""
    both = (result.deployment.parity, result.artifact.parity)
    return next((parity.metric for parity in both if parity and parity.metric), None)


def task_header(among: Sequence[Result]) -> str:
    """The name of the metric where all that have one have the same, else `task`."""
    names = {found.name for found in map(metric, among) if found}
    return neutral.line(names.pop()) if len(names) == 1 else "task"


def task(found: Metric | None, header: str) -> str:
    """The metric, with PyTorch's in brackets; with its name where the header has another."""
    if found is None:
        return NONE
    figures = f"{100 * found.value:.1f} % ({100 * found.reference:.1f})"
    return figures if found.name == header else f"{found.name} {figures}"


def _percentile(timing: TimingLog | None, which: str) -> str:
    return duration(getattr(timing.latency_ns, which)) if timing else NONE


def _way(deployment: Deployment) -> str:
    """What is measured by a program of the shell needs no word."""
    return ", in an app" if deployment.run == "app" else ""

"""Results as one HTML page that needs nothing else: no scripts, no fonts, no network."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from typing import Any, Final

from sideload.host import clock, neutral, render
from sideload.host.quantities import duration
from sideload.reports import _chart, _conditions, _figures, _iterations, _origin
from sideload.reports._chart import Chart, Series
from sideload.reports._figures import Figures, figures, task_header
from sideload.values import Artifact, Device, Result

TEMPLATE: Final = "reports/results.html.j2"
SHOWN_OPERATORS: Final = 12
SHOWN_LABEL: Final = 34


@dataclass(frozen=True, kw_only=True)
class Operator:
    """One row of an operator table; `share` is of all operators, in per cent."""

    name: str
    backend: str
    calls: str
    time: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One artifact in the section of its model."""

    figures: Figures
    speedup: str
    parity: str
    notes: tuple[str, ...]
    sha256: str
    operators: tuple[Operator, ...]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A device as the page shows it."""

    title: str
    sentence: str
    simulated: bool
    times: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """One model on one device."""

    model: str
    place: Place
    variants: tuple[Variant, ...]
    chart: Chart | None


def results(found: Sequence[Result], *, started_utc: str = clock.STARTED_UTC) -> str:
    """The page: all figures in one table, then a section for each model."""
    ordered = sorted(found, key=_model_and_device)
    sections = [_section(list(group)) for _, group in groupby(ordered, key=_model_and_device)]
    devices = {result.deployment.device.serial: result.deployment.device for result in found}
    context = {
        "rows": [figures(result, found) for result in found],
        "task": task_header(found),
        "places": [_place(device) for device in devices.values()],
        "sections": sections,
        "conditions": [astuple(row) for row in _conditions.rows(found)],
        "condition_names": _conditions.HEADER,
        "doubts": _conditions.doubts(found),
        "notes": _origin.notes(found, started_utc=started_utc),
        "measured_at": max((r.timing.measured_at for r in found if r.timing), default=""),
        "left": _chart.LEFT,
        "right": _chart.RIGHT,
        "strip_height": _chart.STRIP_HEIGHT,
    }
    return render.text(TEMPLATE, context, html=True)


def _model_and_device(result: Result) -> tuple[str, str]:
    return result.artifact.model, result.deployment.device.serial


def _place(device: Device) -> Place:
    return Place(
        title=neutral.line(device.model or device.serial),
        sentence=_origin.device(device),
        simulated=device.simulated,
        times=_origin.times(device),
    )


def _section(found: Sequence[Result]) -> Section:
    series = [
        Series(
            name=_label(result),
            latency_ns=result.timing.latency_ns,
            iterations_ns=_iterations.warm_ns(result.timing),
        )
        for result in found
        if result.timing
    ]
    return Section(
        model=neutral.line(found[0].artifact.model),
        place=_place(found[0].deployment.device),
        variants=tuple(_variant(result, found) for result in found),
        chart=_chart.chart(series) if series else None,
    )


def _label(result: Result) -> str:
    made = figures(result, [result])
    name = f"{made.runtime} {made.precision}"
    return name if len(name) <= SHOWN_LABEL else f"{name[: SHOWN_LABEL - 1]}…"


def _variant(result: Result, among: Sequence[Result]) -> Variant:
    made = result.artifact
    return Variant(
        figures=figures(result, among),
        speedup=_speedup(result, among),
        parity=_parity(made),
        notes=tuple(map(neutral.line, made.notes)),
        sha256=made.file.sha256,
        operators=_operators(result),
    )


def _speedup(result: Result, among: Sequence[Result]) -> str:
    """How much faster than the same runtime at float32, both by their medians."""
    made = result.artifact
    base = [
        other.timing.latency_ns.p50
        for other in among
        if other.timing
        and (other.artifact.runtime, other.artifact.precision) == (made.runtime, "float32")
    ]
    if made.precision == "float32" or not base or not result.timing:
        return ""
    return f"{base[0] / max(result.timing.latency_ns.p50, 1):.2f}× float32"


def _parity(made: Artifact) -> str:
    if made.parity is None:
        return "not compared on this machine"
    parity = made.parity
    return (
        f"cosine {_figures.cosine(parity)}, SQNR {parity.sqnr_db:.1f} dB, "
        f"on {parity.samples} samples: {neutral.line(parity.data)}"
    )


def _operators(result: Result) -> tuple[Operator, ...]:
    rows = [row for row in (result.timing.operators if result.timing else ()) if _ns(row) > 0]
    total_ns = sum(map(_ns, rows))
    return tuple(
        Operator(
            name=neutral.line(str(row.get("operator", "?"))),
            backend=neutral.line(str(row.get("backend", ""))),
            calls=neutral.line(str(row.get("calls", ""))),
            time=duration(_ns(row)),
            share=round(100 * _ns(row) / total_ns, 1),
        )
        for row in sorted(rows, key=_ns, reverse=True)[:SHOWN_OPERATORS]
    )


def _ns(row: Mapping[str, Any]) -> float:
    ns = row.get("ns")
    return float(ns) if isinstance(ns, int | float) else 0.0

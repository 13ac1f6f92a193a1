"""The state of a device around its measurements: what it was, and what makes it doubtful."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sideload.facts import PhoneFacts
from sideload.host import neutral
from sideload.measure import conditions, state
from sideload.measure.conditions import Doubt
from sideload.reports import _figures
from sideload.values import Device, Result, TimingLog

ARROW: Final = " → "
HEADER: Final = (
    *("result", "temperature", "throttled", "battery", "frequencies", "other load", "screen"),
)


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The cells of one row: each the state before and after, or once where nothing changed."""

    result: str
    temperature: str
    throttled: str
    battery: str
    frequencies: str
    load: str
    screen: str


def rows(found: Sequence[Result]) -> list[Conditions]:
    """A row for each measurement whose circumstances are known."""
    known = [(each, each.timing) for each in found if each.timing and _moments(each.timing)]
    return [_row(each, timing, found) for each, timing in known]


def sentences(found: Sequence[Result]) -> list[str]:
    """For each device its state in one sentence, and then every doubt with what it is of."""
    said = []
    for device, results in _by_device(found):
        states = [moment for each in results if each.timing for moment in _moments(each.timing)]
        if states:
            said.append(f"Conditions on {device.serial}: {_summary(states)}.")
        said += _doubts(results, found)
    return [neutral.line(sentence) for sentence in said]


def doubts(found: Sequence[Result]) -> list[str]:
    """Every doubt, by device."""
    said = [doubt for _, results in _by_device(found) for doubt in _doubts(results, found)]
    return [neutral.line(sentence) for sentence in said]


def doubts_of(timing: TimingLog) -> tuple[Doubt, ...]:
    """What makes one measurement doubtful."""
    return conditions.doubts(timing.before, timing.after)


def document(timing: TimingLog | None) -> dict[str, Any]:
    """The important facts for programs; everything is in the log's first line and its last."""
    if timing is None:
        return {"conditions": None, "warnings": []}
    both = {"before": timing.before, "after": timing.after}
    return {
        "conditions": {when: facts and _important(facts) for when, facts in both.items()},
        "warnings": [{"kind": doubt.kind, "message": doubt.said} for doubt in doubts_of(timing)],
    }


def _important(facts: PhoneFacts) -> dict[str, Any]:
    skin, hottest = conditions.skin(facts), conditions.hottest(facts)
    return {
        "thermal_status": facts.thermal_status,
        "skin_celsius": skin and skin.celsius,
        "hottest_celsius": hottest and hottest.celsius,
        "battery_celsius": facts.battery.celsius,
        "battery_percent": facts.battery.percent,
        "is_charging": facts.battery.is_charging,
        "saves_power": facts.saves_power,
        "screen": facts.screen or None,
        "busy": facts.load.busy,
        "available_bytes": facts.available_bytes,
        "clusters": facts.clusters,
    }


def _doubts(results: Sequence[Result], among: Sequence[Result]) -> list[str]:
    found = [(doubt, each) for each in results if each.timing for doubt in doubts_of(each.timing)]
    kinds = dict.fromkeys(doubt.kind for doubt, _ in found)
    measured = sum(each.timing is not None for each in results)
    where = _where(results[0].deployment.device, among)
    return [
        f"Doubtful{where}: {_doubt([pair for pair in found if pair[0].kind == kind], measured)}."
        for kind in kinds
    ]


def _where(device: Device, among: Sequence[Result]) -> str:
    """The device, where there are several to tell apart."""
    serials = {result.deployment.device.serial for result in among}
    return f" on {device.serial}" if len(serials) > 1 else ""


def _doubt(found: Sequence[tuple[Doubt, Result]], among: int) -> str:
    """The first of one kind stands for the others, whose figures differ a little."""
    first, result = found[0]
    if len(found) == among == 1:
        return first.said
    if len(found) > 1:
        return f"{first.said} ({len(found)} of {among} measurements)"
    made = result.artifact
    return f"{first.said} ({made.model} {made.runtime} {made.precision})"


def _by_device(found: Sequence[Result]) -> list[tuple[Device, list[Result]]]:
    def serial(result: Result) -> str:
        return result.deployment.device.serial

    groups = [list(group) for _, group in groupby(sorted(found, key=serial), key=serial)]
    return [(group[0].deployment.device, group) for group in groups]


def _moments(timing: TimingLog) -> list[PhoneFacts]:
    return [facts for facts in (timing.before, timing.after) if facts is not None]


def _summary(states: Sequence[PhoneFacts]) -> str:
    cells = [
        _cell(states, of_one)
        for of_one in (state.temperature, state.throttled, state.battery, state.load)
    ]
    named = zip(("", "throttled: ", "battery ", "other load "), cells, strict=True)
    said = [f"{name}{cell}" for name, cell in named if cell != state.UNKNOWN]
    return ", ".join(said) or "it told nothing of its state"


def _row(result: Result, timing: TimingLog, among: Sequence[Result]) -> Conditions:
    states = _moments(timing)
    made, where = result.artifact, _where(result.deployment.device, among)
    return Conditions(
        result=neutral.line(f"{made.model} {made.runtime} {_figures.precision(made)}{where}"),
        temperature=_cell(states, state.temperature),
        throttled=_cell(states, state.throttled),
        battery=_cell(states, state.battery),
        frequencies=_cell(states, state.frequencies),
        load=_cell(states, state.load),
        screen=_cell(states, state.screen),
    )


def _cell(states: Sequence[PhoneFacts], of_one: Callable[[PhoneFacts], str]) -> str:
    known = [text for facts in states if (text := of_one(facts)) != state.UNKNOWN]
    if not known:
        return state.UNKNOWN
    text = known[0] if known[0] == known[-1] else f"{known[0]}{ARROW}{known[-1]}"
    return neutral.line(text)

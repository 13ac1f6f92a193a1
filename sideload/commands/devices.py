"""The devices that can be reached, in which state each is, and what to do about it."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from invoke.exceptions import Exit

from sideload.commands.answer import Answer
from sideload.errors import INTERRUPTED
from sideload.host import clock, console, targets
from sideload.protocols.adb import states
from sideload.reports import document, terminal
from sideload.stages import _device, _watch
from sideload.stages._fleet import quarantine
from sideload.values import Device

Rows: TypeAlias = Sequence[tuple[Device, str]]
# Says whether anybody still reads.
Show: TypeAlias = Callable[[Rows], bool]

NOTHING: Final = f"no device is attached\n  try: {_device.ATTACH}"


def devices(target: str) -> Answer:
    """Every device of a target's platform that can be seen from here."""
    rows = _rows(_watch.seen(targets.read(target).platform))
    return Answer(document=document.devices(rows), text=terminal.devices(rows) or NOTHING)


def watch(target: str, *, as_json: bool) -> Answer:
    """Show them, and each change among them, until it is interrupted or nobody reads any more.

    Raises:
        Exit: It was interrupted, which is how it is meant to end.
    """
    platform = targets.read(target).platform
    try:
        with _shown(as_json=as_json) as show, contextlib.closing(_watch.changes(platform)) as seen:
            for found in seen:
                if not show(_rows(found)):
                    break
    except KeyboardInterrupt as interrupt:
        raise Exit(code=INTERRUPTED) from interrupt
    return Answer(document={})


@contextlib.contextmanager
def _shown(*, as_json: bool) -> Iterator[Show]:
    """How: a document a line, a live table on a terminal, or else a line for each device."""
    if as_json:
        yield lambda rows: console.result(json.dumps(document.devices(rows), allow_nan=False))
        return
    with console.live() as replace:
        if replace is None:
            yield _Lines().show
        else:
            yield lambda rows: replace(terminal.devices(rows) or NOTHING)


class _Lines:
    """One line for each device that has come, changed or gone since the last time."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Device, str]] = {}

    def show(self, rows: Rows) -> bool:
        """Write them; does anybody read?"""
        before, self._known = self._known, {row[0].serial: row for row in rows}
        changed = [row for row in rows if before.get(row[0].serial) != row]
        gone = [device for serial, (device, _) in before.items() if serial not in self._known]
        lines = [_line(device, device.state, advice) for device, advice in changed]
        lines += [_line(device, "gone", "") for device in gone]
        return not lines or console.result("\n".join(lines))


def _line(device: Device, state: str, advice: str) -> str:
    words = f"{clock.now_utc()}  {device.serial}  {state}  {device.model}"
    return f"{words}  {advice}" if advice else words


def _rows(seen: _watch.Seen) -> Rows:
    resting = quarantine.every()
    return [(device, _advice(device, resting.get(device.serial))) for _, device in seen]


def _advice(device: Device, resting: quarantine.Record | None) -> str:
    advice = states.advice(device.state, device.serial)
    if reason := device.facts.get("reason"):
        advice = f"{advice} ({reason})"
    if resting is None:
        return advice
    return f"{resting.sentence}; {advice}" if advice else resting.sentence

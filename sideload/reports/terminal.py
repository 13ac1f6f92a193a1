"""What each command says to people: text that fits the terminal, and stays whole in a pipe."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sideload.host import clock, files
from sideload.host.quantities import seconds, size
from sideload.reports import _columns, _conditions, _figures, _fleet, _origin, _resulttable, _sides
from sideload.reports._fleet import FleetTold
from sideload.reports._origin import Planned
from sideload.values import Apk, Artifact, Bindings, Bundle, Check, Device, Result

PIPE_WIDTH: Final = 160


def results(
    found: Sequence[Result],
    others: Sequence[Result] = (),
    *,
    width: int | None = None,
    started_utc: str = clock.STARTED_UTC,
) -> str:
    """The table at the end of `deploy`, and what a reader of its figures must know.

    Where one of them, or of `others`, is of an app and another of the shell, a second table has
    both.
    """
    if not found:
        return "nothing was deployed"
    room = width or terminal_width()
    lines = [*_resulttable.lines(found, room), ""]
    for note in [*_origin.notes(found, started_utc=started_utc), *_conditions.sentences(found)]:
        lines += _columns.wrapped(note, room)
    if pairs := _sides.sides(found, others):
        rows = [_sides.cells(pair) for pair in pairs]
        lines += ["", _columns.fitted(_sides.HEADER, rows, room), ""]
        lines += _columns.wrapped(_sides.said(pairs), room)
    return "\n".join(lines)


def fleet(
    found: FleetTold[Result], *, width: int | None = None, started_utc: str = clock.STARTED_UTC
) -> str:
    """The end of `deploy` for several phones: every result, and what became of every phone."""
    made = [result for each in found.outcomes for result in each.made]
    told = results(made, width=width, started_utc=started_utc)
    return f"{told}\n\n{phones(found, width=width)}"


def phones(found: FleetTold[object], *, width: int | None = None) -> str:
    """What became of every phone."""
    return _sheet(_fleet.HEADER, _fleet.cells(found), [], width)


def artifacts(found: Sequence[Artifact], *, width: int | None = None) -> str:
    """What `export` and `quantize` made, where it is, and what to know about it."""
    header = ("model", "runtime", "precision", "size", "cosine", "max error", "task", "made in")
    rows = [
        (
            each.model,
            each.runtime,
            _figures.precision(each),
            size(_figures.total_bytes(each)),
            _figures.cosine(each.parity),
            _figures.max_error(each.parity),
            _figures.task(each.parity.metric if each.parity else None, ""),
            seconds(each.seconds),
        )
        for each in found
    ]
    return _sheet(header, rows, [line for each in found for line in _remarks(each)], width)


def bindings(found: Sequence[Bindings], *, width: int | None = None) -> str:
    """The classes that `bind` wrote."""
    rows = [(each.class_name, each.language, files.shown(each.files[0].path)) for each in found]
    return _sheet(("class", "language", "file"), rows, [], width)


def bundles(found: Sequence[Bundle], *, width: int | None = None) -> str:
    """What `bundle` put together for a device."""
    rows = [
        (
            each.artifact.model,
            each.artifact.runtime,
            _figures.precision(each.artifact),
            each.abi,
            str(len(each.payload)),
            size(sum(part.file.size_bytes for part in each.payload)),
        )
        for each in found
    ]
    return _sheet(("model", "runtime", "precision", "for", "files", "size"), rows, [], width)


def changes(rows: Sequence[Mapping[str, object]], *, width: int | None = None) -> str:
    """The files of an app that were changed."""
    cells = [(str(row["what"]), str(row["path"]), _held(row["size_bytes"])) for row in rows]
    return _sheet(("what", "file", "size"), cells, [], width)


def apk(made: Apk, place: Path, *, width: int | None = None) -> str:
    """The app that was made, and how to try it."""
    rows = [(", ".join(made.models), " and ".join(made.abis), size(made.file.size_bytes))]
    start = f"adb shell am start -W -n {made.package}/{made.activity}"
    told = [
        *made.notes,
        f"adb install -r {files.shown(place)}",
        f"{start} --es model {made.models[0]}",
    ]
    return _sheet(("models", "for", "size"), rows, told, width)


def devices(found: Sequence[tuple[Device, str]], *, width: int | None = None) -> str:
    """Every device and what to do about it; an empty text where there is none."""
    rows = [
        (
            each.serial,
            "simulated" if each.simulated else each.transport,
            each.model,
            each.system,
            each.abi,
            each.state,
            advice,
        )
        for each, advice in found
    ]
    header = ("device", "by", "model", "system", "abi", "state", "next")
    return _sheet(header, rows, [], width)


def plan(steps: Sequence[Planned], *, width: int | None = None) -> str:
    """What `--dry-run` says: each step, whether it would run, and why."""
    rows = [
        (step.stage, step.item, f"run: {step.why}" if step.why else "keep: nothing changed")
        for step in steps
    ]
    return _sheet(("stage", "item", "what and why"), rows, [], width)


def checks(found: Sequence[Check], *, width: int | None = None) -> str:
    """What `doctor` found, and how to get what is missing."""
    rows = [
        ("✓" if each.ok else "✗", each.name, each.found or "missing", each.needed_for)
        for each in found
    ]
    missing = [f"{each.name}: {each.remedy}" for each in found if not each.ok and each.remedy]
    return _sheet(("", "what", "found", "needed for"), rows, missing, width)


def terminal_width() -> int:
    """The width of the terminal that stdout is, in cells; of a pipe, enough for whole rows."""
    return shutil.get_terminal_size(fallback=(PIPE_WIDTH, 24)).columns


def _sheet(
    header: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str], width: int | None
) -> str:
    if not rows:
        return ""
    room = width or terminal_width()
    lines = [line for note in notes for line in _columns.wrapped(note, room)]
    return "\n".join([_columns.fitted(header, rows, room), *([""] if lines else []), *lines])


def _held(size_bytes: object) -> str:
    return size(size_bytes) if isinstance(size_bytes, int) and size_bytes else ""


def _remarks(made: Artifact) -> list[str]:
    where = f"{made.model} {made.runtime} {made.precision}: {files.shown(made.file.path)}"
    return [where, *(f"{_columns.INDENT}{note}" for note in made.notes)]

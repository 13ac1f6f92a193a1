"""The documents of `--json`: keys may be added to them, and are never renamed.

Every number is finite. `null` stands where a figure has no value: `sqnr_db` where nothing differs
at all (`exact` is then true), and every time of a deployment that was not measured.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sideload.errors import SideloadError
from sideload.reports import _fleet, _rows, _sides
from sideload.reports._fleet import FleetTold
from sideload.reports._origin import Planned
from sideload.reports._plain import plain
from sideload.values import (
    SCHEMA,
    Apk,
    Artifact,
    Bindings,
    Bundle,
    Check,
    Device,
    FileRef,
    Result,
)

Document: TypeAlias = dict[str, Any]


def artifacts(command: str, found: Iterable[Artifact]) -> Document:
    """The document of `export` and `quantize`."""
    return _document(command, artifacts=[_rows.artifact(each) for each in found])


def bindings(command: str, found: Iterable[Bindings]) -> Document:
    """The document of `bind`."""
    rows = [
        {
            "language": each.language,
            "class_name": each.class_name,
            "artifact_sha256": each.artifact_sha256,
            "files": [_rows.file(file) for file in each.files],
        }
        for each in found
    ]
    return _document(command, bindings=rows)


def bundles(command: str, found: Iterable[Bundle]) -> Document:
    """The document of `bundle`."""
    rows = [
        {
            **_rows.identity(each.artifact),
            "abi": each.abi,
            "command": each.command,
            "environment": each.environment,
            "files": [
                {"name": part.name, "executable": part.executable, **_rows.file(part.file)}
                for part in each.payload
            ],
        }
        for each in found
    ]
    return _document(command, bundles=rows)


def app(
    command: str,
    root: object,
    changes: Iterable[Document],
    *,
    diff: str,
    is_dry: bool,
    notes: Iterable[str],
) -> Document:
    """The document of `bundle --new`, `bundle --into` and `unbundle`."""
    said = {"dry_run": is_dry, "changes": list(changes), "diff": diff, "notes": list(notes)}
    return _document(command, project=root, **said)


def apk(command: str, made: Apk, place: object) -> Document:
    """The document of `bundle --apk`; `file` is where the user finds it."""
    told = {key: value for key, value in vars(made).items() if key != "file"}
    return _document(command, apk={**told, "file": {**_rows.file(made.file), "path": place}})


def built(told: Mapping[str, Any], made: Iterable[FileRef], notes: Iterable[str]) -> Document:
    """The document of `bundle --gradle`: as without it, and the files that Gradle made."""
    return {**told, "built": [plain(one) for one in made], "notes": [*told["notes"], *notes]}


def deployments(command: str, found: Sequence[Result], others: Sequence[Result] = ()) -> Document:
    """The document of `deploy`, `profile` and `report`; `others` are what earlier runs measured."""
    return _document(
        command,
        deployments=[_rows.deployment(each) for each in found],
        shell_and_app=[_sides.document(pair) for pair in _sides.sides(found, others)],
    )


def fleet(command: str, found: FleetTold[Result]) -> Document:
    """The document of `deploy` and `profile` for several phones."""

    def content(made: Iterable[Result]) -> Document:
        return {"deployments": [_rows.deployment(each) for each in made]}

    phones = _fleet.rows(found, _told, content)
    return _document(command, outcome=found.succeeded, phones=phones)


def devices(found: Iterable[tuple[Device, str]]) -> Document:
    """The document of `devices`: each device with what to do about it."""
    rows = [{**plain(device), "advice": advice} for device, advice in found]
    return _document("devices", devices=rows)


def plan(command: str, steps: Iterable[Planned]) -> Document:
    """The document of `--dry-run`: what would run, and why."""
    rows = [
        {"stage": step.stage, "item": step.item, "runs": bool(step.why), "why": step.why}
        for step in steps
    ]
    return _document(command, plan=rows)


def checks(found: Iterable[Check]) -> Document:
    """The document of `doctor`."""
    return _document("doctor", checks=list(found))


def cleaned(freed_bytes: int) -> Document:
    """The document of `clean`."""
    return _document("clean", freed_bytes=freed_bytes)


def cleaned_fleet(found: FleetTold[int]) -> Document:
    """The document of `clean` for several phones."""
    phones = _fleet.rows(found, _told, lambda made: {"freed_bytes": sum(made)})
    freed_bytes = sum(size for each in found.outcomes for size in each.made)
    return _document("clean", outcome=found.succeeded, freed_bytes=freed_bytes, phones=phones)


def error(failure: SideloadError) -> Document:
    """The document of every command that failed."""
    return {"schema": SCHEMA, "error": _told(failure)}


def _told(failure: SideloadError) -> Document:
    said: Document = plain(
        {
            "type": type(failure).__name__,
            "message": failure.problem,
            "remedy": failure.remedy,
            "exit_code": failure.exit_code,
        }
    )
    return said


def _document(command: str, **content: object) -> Document:
    return {"schema": SCHEMA, "command": command, **plain(content)}

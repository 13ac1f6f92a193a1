"""Apps for iOS: a local Swift package with the models, and the one reference to it in Xcode's."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Final

from sideload.errors import HostFileError, ProjectError
from sideload.host import files
from sideload.projects import AppModel, Change, Changes, Content, Project, _owned
from sideload.projects.ios import _find, _frameworks, _inject, _new, _package, _parts, _xcode
from sideload.projects.ios._parts import Part

# What was put into the project, so that it can be taken out to the byte.
RECORD: Final = "added.json"
FOLDER: Final = PurePosixPath(_package.NAME)


class Ios:
    """Xcode's projects; nothing here needs a Mac."""

    language: ClassVar[str] = "swift"

    def check(self, folder: Path, *, is_new: bool) -> None:
        """Refuse a folder that has no app in it, or for a new one something that is not ours.

        Raises:
            ProjectError: That is so.
            EditedError: Somebody has changed what was put in before; with the lines.
            HostFileError: A file cannot be read.
        """
        if is_new:
            _owned.check(folder, PurePosixPath())
            return
        found = _find.project(folder)
        root, name = found.parent.parent, found.relative_to(found.parent.parent).as_posix()
        _owned.check(root, FOLDER)
        before, _ = _original(root, name, files.read_text(found))
        _inject.edits(_xcode.read(before, name), _package.NAME, (), "0")

    def create(self, folder: Path, models: Sequence[AppModel]) -> Changes:
        """A project with an app that measures the models, and the package beside it.

        Raises:
            ProjectError: The folder holds something else, or one app cannot hold the models.
            EditedError: Somebody has changed a file of ours there.
            HostFileError: A file cannot be read.
        """
        linked = _frameworks.linked([model.artifact for model in models])
        wanted = _new.content(models, linked)
        changes = _owned.written(folder, PurePosixPath(), wanted)
        return Changes(root=folder, changes=tuple(changes), notes=linked.notes)

    def inject(self, app: Path, models: Sequence[AppModel]) -> Changes:
        """The package beside the project, and what makes the project's apps link with it.

        Raises:
            ProjectError: There is no project, no app for iOS in it, or it cannot hold the models.
            EditedError: Somebody has changed what was put in before; with the lines.
            HostFileError: A file cannot be read.
        """
        found = _find.project(app)
        root, name = found.parent.parent, found.relative_to(found.parent.parent).as_posix()
        linked = _frameworks.linked([model.artifact for model in models])
        now = files.read_text(found)
        before, _ = _original(root, name, now)
        read = _xcode.read(before, name)
        edits = _inject.edits(read, _package.NAME, linked.flags, linked.minimum_ios)
        after = _parts.applied(before, edits)
        ordered = [edit.part for edit in sorted(edits, key=lambda edit: edit.place)]
        _check(before, after, name, ordered)
        wanted: dict[str, Content] = dict(_package.content(models, linked))
        wanted[RECORD] = _record(name, before, after, ordered)
        changes = _owned.written(root, FOLDER, wanted)
        if after != now:
            changes.append(_change(name, now, after))
        return Changes(root=root, changes=tuple(changes), notes=linked.notes)

    def remove(self, app: Path) -> Changes:
        """The package, and everything that refers to it, taken out.

        Raises:
            ProjectError: There is nothing of ours in it.
            EditedError: Somebody has changed what was put in; with the lines.
            HostFileError: A file cannot be read.
        """
        found = _find.project(app)
        root, name = found.parent.parent, found.relative_to(found.parent.parent).as_posix()
        now = files.read_text(found)
        before, parts = _original(root, name, now)
        if not parts:
            raise ProjectError(
                f"nothing of sideload is in {name}",
                remedy=f"name the project that has {_package.NAME} beside it",
            )
        first = (_change(name, now, before),) if before != now else ()
        return Changes(root=root, changes=(*first, *_owned.removed(root, FOLDER)))


def _original(root: Path, name: str, now: str) -> tuple[str, tuple[Part, ...]]:
    """The project as it was before anything was put in, and what was."""
    if not (root / FOLDER / RECORD).is_file():
        if _inject.is_in(_xcode.read(now, name), _package.NAME):
            raise ProjectError(
                f"{name} refers to {_package.NAME}, and {FOLDER / RECORD} is missing, which says "
                "what was added",
                remedy=f"git checkout -- {FOLDER}, or remove the package in Xcode",
            )
        return now, ()
    told = _told(root / FOLDER / RECORD)
    if told["project"] != name:
        raise ProjectError(
            f"{FOLDER} belongs to {told['project']}, which is in the same folder",
            remedy=f"sideload unbundle {root / str(told['project'])}",
        )
    parts = tuple(Part(**{**part, "cores": tuple(part["cores"])}) for part in told["parts"])
    if hashlib.sha256(now.encode()).hexdigest() == told["before"]:
        return now, parts  # git, or a person, took it out already
    return _parts.taken(now, name, parts), parts


def _told(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(files.read_text(path))
        told = {key: found[key] for key in ("project", "before", "parts")}
        [Part(**part) for part in told["parts"]]
    except (ValueError, KeyError, TypeError) as error:
        raise HostFileError(
            f"{files.shown(path)} does not say what was added: {error}",
            remedy=f"git checkout -- {files.shown(path)}",
        ) from error
    return told


def _record(name: str, before: str, after: str, parts: Sequence[Part]) -> bytes:
    """Where it is in sight of whoever keeps the app's history, with the rest that is ours."""
    told = {
        "project": name,
        "before": hashlib.sha256(before.encode()).hexdigest(),
        "after": hashlib.sha256(after.encode()).hexdigest(),
        "parts": [asdict(part) for part in parts],
    }
    return f"{json.dumps(told, indent=2)}\n".encode()


def _check(before: str, after: str, name: str, parts: Sequence[Part]) -> None:
    """What cannot be taken out again, or leads nowhere, is not put in."""
    _xcode.read(after, name)
    if _parts.taken(after, name, parts) != before:
        raise ProjectError(
            f"{name} is written in a way that nothing can be added to and taken out of again",
            remedy="open the project in Xcode once and change something: it is written anew",
        )


def _change(name: str, before: str, after: str) -> Change:
    return Change(path=PurePosixPath(name), before=before.encode(), after=after.encode())


ADAPTER: Final[Project] = Ios()

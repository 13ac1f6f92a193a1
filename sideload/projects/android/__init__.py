"""Apps for Android: a library module with the models, and a few marked lines that use it."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import ClassVar, Final

from sideload.errors import ProjectError
from sideload.host import files
from sideload.projects import AppModel, Change, Changes, Content, Project, _marks, _models, _owned
from sideload.projects.android import _fit, _gradle, _inject, _library, _new, _table
from sideload.projects.android._gradle import Script
from sideload.projects.android._library import LIBRARY, PACK
from sideload.projects.android._table import Table

# Which scripts were changed; it lies with the rest that is ours.
RECORD: Final = "added.json"
HERE: Final = PurePosixPath()
PACKED: Final = (
    "the models are in an asset pack, which only app bundles carry: ./gradlew bundle, not assemble"
)


class Android:
    """Gradle's projects, in either of its languages."""

    language: ClassVar[str] = "kotlin"

    def check(self, folder: Path, *, is_new: bool) -> None:
        """Refuse a folder that has no app in it, or for a new one something that is not ours.

        Raises:
            ProjectError: That is so.
            EditedError: Somebody has changed what was put in before; with the lines.
            HostFileError: A script cannot be read.
        """
        if is_new:
            _owned.check(folder, HERE)
            return
        found = _gradle.find(folder)
        for ours in (LIBRARY, PACK):
            _owned.check(found.root, ours)
        for script in (found.settings, found.build):
            _taken(script)

    def create(self, folder: Path, models: Sequence[AppModel]) -> Changes:
        """A Gradle project with the models and a benchmark app.

        Raises:
            ProjectError: The folder holds something else, or one app cannot hold the models.
            EditedError: The folder is ours, and somebody has changed it since.
            HostFileError: A file or template cannot be read.
        """
        table = _read(models)
        wanted = _new.content(models, table)
        notes = (PACKED,) if _new.is_packed(wanted) else ()
        changes = _owned.written(folder, HERE, wanted)
        notes = (*_said(table), *notes, *_to_publish(models))
        return Changes(root=folder, changes=tuple(changes), notes=notes)

    def inject(self, app: Path, models: Sequence[AppModel]) -> Changes:
        """The library module, and what makes the app depend on it.

        Raises:
            ProjectError: There is no app, or it cannot hold the models.
            EditedError: Somebody has changed what was put in before; with the lines.
            HostFileError: A file or template cannot be read.
        """
        table = _read(models)
        found = _gradle.find(app)
        packed = _library.is_large(models, table)
        folders = _library.folders(models, table, _fit.surroundings(found, table))
        changed = [found.settings.name, found.build.name]
        folders[LIBRARY][RECORD] = f"{json.dumps({'scripts': changed}, indent=2)}\n".encode()
        changes: list[Change] = []
        for folder in (LIBRARY, PACK):
            if folder in folders:
                changes += _owned.written(found.root, folder, folders[folder])
        build = _inject.build(
            _library.suffixes(models),
            is_kotlin=found.build.is_kotlin,
            is_plain=_fit.is_plain(found),
            packed=packed,
        )
        changes += _put(found.settings, _inject.settings(packed=packed))
        changes += _put(found.build, build)
        if not packed:
            changes += _owned.removed(found.root, PACK)
        notes = (*_said(table), *_fit.notes(found, table), *((PACKED,) if packed else ()))
        notes += _to_publish(models)
        return Changes(root=found.root, changes=tuple(changes), notes=notes)

    def remove(self, app: Path) -> Changes:
        """Our lines and modules, taken out.

        Raises:
            ProjectError: There is nothing of ours in it.
            EditedError: Somebody has changed what was put in; with the lines.
            HostFileError: A file cannot be read.
        """
        root, settings = _gradle.project(app)
        if _owned.is_ours(root, HERE):
            return Changes(root=root, changes=tuple(_owned.removed(root, HERE)))
        scripts = {one.name: one for one in _gradle.scripts(root, settings)}
        scripts |= {one.name: one for one in _recorded(root)}
        changes = [change for one in scripts.values() for change in _taken(one)]
        for folder in (LIBRARY, PACK):
            changes += _owned.removed(root, folder)
        if not changes:
            raise ProjectError(
                f"nothing of sideload is in {files.shown(root)}",
                remedy=f"name the project that has {LIBRARY.name} in it",
            )
        return Changes(root=root, changes=tuple(changes))


def _read(models: Sequence[AppModel]) -> Table:
    pairs = [(model.artifact, model.bindings) for model in models]
    _models.check(pairs, language="kotlin", app="an app for Android")
    return _table.read([model.artifact for model in models])


def _said(table: Table) -> tuple[str, ...]:
    return tuple(runtime.note for runtime in table.runtimes if runtime.note)


def _to_publish(models: Sequence[AppModel]) -> tuple[str, ...]:
    """What a person has to put where the app will look for it."""
    return tuple(
        f"publish {files.shown(file.path)} at {model.address}/{file.path.name}"
        for model in models
        if model.address
        for file in _library.payload(model)
    )


def _put(script: Script, lines: Sequence[str]) -> list[Change]:
    data = _bytes(script)
    return _changed(script, _inject.put(data, lines, script.name))


def _taken(script: Script) -> list[Change]:
    return _changed(script, _marks.taken(_bytes(script), script.name))


def _changed(script: Script, after: Content) -> list[Change]:
    before = _bytes(script)
    path = PurePosixPath(script.name)
    return [] if after == before else [Change(path=path, before=before, after=after)]


def _bytes(script: Script) -> bytes:
    return script.text.encode("utf-8", "surrogateescape")


def _recorded(root: Path) -> list[Script]:
    """Scripts that were changed, where the settings do not lead to them any more."""
    path = root / LIBRARY / RECORD
    if not path.is_file():
        return []
    try:
        names = [str(name) for name in json.loads(files.read_text(path))["scripts"]]
    except (ValueError, KeyError, TypeError):
        return []
    return [_gradle.script(root, root / name) for name in names if (root / name).is_file()]


ADAPTER: Final[Project] = Android()

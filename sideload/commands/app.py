"""The commands that put models into apps, and take them out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sideload import projects
from sideload.commands import road
from sideload.commands.answer import Answer
from sideload.errors import UsageError
from sideload.host import files, targets
from sideload.projects import Change, Changes, Content
from sideload.projects.android.build import Built
from sideload.reports import document, terminal
from sideload.stages import app as stage
from sideload.stages import models as stages


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was typed of the app: one folder of the two, and whether Gradle shall build it.

    `address` is where it fetches its models, if it does not carry them.
    """

    new: str
    into: str
    address: str
    is_built: bool

    @property
    def folder(self) -> Path:
        """Where the app is, or will be."""
        return Path(self.new or self.into)


def bundle(words: road.Typed, wanted: Wanted, *, is_dry: bool) -> Answer:
    """A new app with the models, or the models in an app that is there; or only what that means.

    Raises:
        SideloadError: Wrong use, an app that is none, models that cannot be made, or a build that
            fails.
    """
    if bool(wanted.new) == bool(wanted.into):
        raise UsageError(
            "an app is either new or there already", remedy="--new or --into, one of them"
        )
    target = targets.read(words.target)
    if wanted.is_built:
        stage.check_build(target.platform)
    if wanted.address:
        stage.check_address(target.platform, wanted.address)
    stage.check(target.platform, wanted.folder, is_new=bool(wanted.new))
    asked = road.asked(words, target, words.precisions)
    failures = stages.Failures()
    pairs = stages.artifacts(stage.first_of_each(asked), failures)
    if failures.found:
        # An app without a model that it names would not compile.
        raise failures.found[0]
    make = stage.created if wanted.new else stage.injected
    changes = make(target.platform, wanted.folder, pairs, wanted.address)
    answer = _answer("bundle", changes, is_dry=is_dry)
    if is_dry or not wanted.is_built:
        return answer
    return _with(answer, stage.built(target.platform, wanted.folder))


def unbundle(app: str, *, is_dry: bool) -> Answer:
    """Everything that `bundle --into` put into an app, taken out; or only what that means.

    Raises:
        SideloadError: Nothing of ours is there, or somebody has changed it.
    """
    return _answer("unbundle", stage.removed(Path(app)), is_dry=is_dry)


def _with(answer: Answer, built: Built) -> Answer:
    """The same answer, and what Gradle made."""
    lines = [f"built {files.shown(one.path)} ({one.size_bytes:,} bytes)" for one in built.files]
    return Answer(
        document=document.built(answer.document, built.files, built.notes),
        text="\n".join([answer.text, *built.notes, *lines]),
    )


def _answer(command: str, changes: Changes, *, is_dry: bool) -> Answer:
    if not is_dry and changes.changes:
        stage.apply(changes)
    rows = [_row(change) for change in changes.changes]
    shown = projects.diff(changes)
    done = "would change" if is_dry else "changed"
    told = document.app(command, changes.root, rows, diff=shown, is_dry=is_dry, notes=changes.notes)
    if not rows:
        nothing = f"nothing to change in {files.shown(changes.root)}"
        return Answer(document=told, text="\n".join([*changes.notes, nothing]))
    table = shown.rstrip("\n") if is_dry else terminal.changes(rows)
    last = f"{done} {len(rows)} files in {files.shown(changes.root)}"
    return Answer(document=told, text="\n".join([table, "", *changes.notes, last]))


def _row(change: Change) -> dict[str, Any]:
    what = "changed"
    if change.before is None:
        what = "added"
    elif change.after is None:
        what = "removed"
    return {"path": change.path, "what": what, "size_bytes": _size(change.after)}


def _size(content: Content) -> int:
    if content is None:
        return 0
    return len(content) if isinstance(content, bytes) else content.size_bytes

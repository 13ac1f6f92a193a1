"""App projects that carry models; one folder for each kind of phone, found by its name.

A project only says what would change: nothing is written before `apply` is called with it, and
what `diff` shows is what `apply` does. `_marks` edits files of the user, `_owned` looks after a
folder that is ours alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from sideload.host import discover
from sideload.projects._changes import Change, Changes, Content, apply, diff
from sideload.values import Artifact, Bindings

__all__ = ["AppModel", "Change", "Changes", "Content", "Project", "apply", "diff", "get"]


@dataclass(frozen=True, kw_only=True)
class AppModel:
    """A model that an app carries: the artifact, and its class in the language of the app.

    `address` is that of a folder that its files are published in, where the app fetches them
    instead of carrying them. `context` is what the class was rendered with, and so has the
    names of everything in it.
    """

    artifact: Artifact
    bindings: Bindings
    context: Mapping[str, object] = field(default_factory=dict)
    address: str = ""


class Project(Protocol):
    """The projects of one platform, seen from the stage `app`; their classes are in `language`."""

    language: ClassVar[str]

    def check(self, folder: Path, *, is_new: bool) -> None:
        """Refuse a folder that `create`, or else `inject`, would refuse whatever the models.

        Raises:
            ProjectError: It holds something else, or no app that we know how to change.
            EditedError: Somebody has changed what was put in before; with the lines.
            HostFileError: It cannot be read.
        """

    def create(self, folder: Path, models: Sequence[AppModel]) -> Changes:
        """A whole project with a benchmark app, in a folder that is new, empty, or made by us.

        Raises:
            ProjectError: The folder holds something else.
            EditedError: The folder is ours, and somebody has changed it since.
            HostFileError: It cannot be read.
        """

    def inject(self, app: Path, models: Sequence[AppModel]) -> Changes:
        """What puts `models` into the existing app at `app`; nothing, if they are there already.

        Raises:
            ProjectError: It is no app that we know how to change.
            EditedError: Somebody has changed what was put in before; with the lines.
            HostFileError: It cannot be read.
        """

    def remove(self, app: Path) -> Changes:
        """What takes everything out again, so that every byte is as it was before.

        Raises:
            ProjectError: There is nothing of ours in it.
            EditedError: Somebody has changed what was put in; with the lines.
            HostFileError: It cannot be read.
        """


def get(name: str) -> Project:
    """The projects of the platform of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Project = discover.load("projects", name)
    return adapter

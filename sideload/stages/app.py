"""Instead of a folder for a shell: an app that carries models, or one of the user's that will."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sideload import languages, projects
from sideload.errors import EditedError, ProjectError, UsageError
from sideload.host import console, discover, files
from sideload.projects import AppModel, Changes
from sideload.projects.android import build
from sideload.stages._items import Item
from sideload.stages.bind import bind
from sideload.values import Artifact, FileRef


def first_of_each(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item for each model, the first: an app carries a model once."""
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(item.model, item)
    return tuple(found.values())


def check(platform: str, folder: Path, *, is_new: bool) -> None:
    """Refuse a folder before any model is made for it.

    Raises:
        UnknownAdapterError: There are no app projects for that platform.
        SideloadError: As `projects.Project.check` says.
    """
    projects.get(platform).check(folder.absolute(), is_new=is_new)


def created(platform: str, folder: Path, pairs: Sequence[tuple[Item, Artifact]]) -> Changes:
    """What makes `folder` a new project with these models.

    Raises:
        UnknownAdapterError: There are no app projects for that platform.
        SideloadError: As `projects.Project.create` and `bind` say.
    """
    return projects.get(platform).create(folder.absolute(), models(platform, pairs))


def injected(platform: str, app: Path, pairs: Sequence[tuple[Item, Artifact]]) -> Changes:
    """What puts these models into an existing app.

    Raises:
        UnknownAdapterError: There are no app projects for that platform.
        SideloadError: As `projects.Project.inject` and `bind` say.
    """
    return projects.get(platform).inject(app, models(platform, pairs))


def removed(app: Path) -> Changes:
    """What takes everything of ours out of an app, of whatever platform it is.

    Raises:
        EditedError: Somebody has changed what was put in; with the lines.
        ProjectError: There is nothing of ours in it.
        HostFileError: A file cannot be read.
    """
    for platform in discover.names("projects"):
        try:
            return projects.get(platform).remove(app)
        except EditedError:
            raise
        except ProjectError:
            continue
    raise ProjectError(
        f"nothing of sideload is in {files.shown(app)}, nor in a project around it",
        remedy="name the folder that was given to --into",
    )


def apply(changes: Changes) -> None:
    """Make the changes, all of them or none.

    Raises:
        HostFileError: A file is not what it was a moment ago, or the disk refused.
    """
    with console.step(f"change {len(changes.changes)} files in {files.shown(changes.root)}"):
        projects.apply(changes)


def built(platform: str, app: Path) -> tuple[FileRef, ...]:
    """What Gradle makes of an app that carries models.

    Raises:
        UsageError: Gradle does not build apps for that platform.
        SideloadError: As `sideload.projects.android.build` says.
    """
    check_build(platform)
    return build.build(app)


def check_build(platform: str) -> None:
    """Refuse what Gradle does not build, before any model is made for it.

    Raises:
        UsageError: As said.
    """
    if platform != "android":
        raise UsageError(
            f"Gradle builds no apps for {platform}", remedy="the same command without --gradle"
        )


def models(platform: str, pairs: Sequence[tuple[Item, Artifact]]) -> list[AppModel]:
    """The artifacts with their classes in the language of the platform's apps.

    Raises:
        SideloadError: As `bind` says.
    """
    language = projects.get(platform).language
    return [
        AppModel(
            artifact=artifact,
            bindings=bind(item, artifact, language),
            context=languages.get(language).context(artifact),
        )
        for item, artifact in pairs
    ]

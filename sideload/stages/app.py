"""Instead of a folder for a shell: an app that carries models, or one of the user's that will."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sideload import languages, projects
from sideload.errors import EditedError, ProjectError, UsageError
from sideload.host import console, discover, files
from sideload.projects import AppModel, Changes
from sideload.projects.android import build
from sideload.projects.android.build import Built
from sideload.stages._items import Item
from sideload.stages.bind import bind
from sideload.values import Artifact


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


def created(
    platform: str, folder: Path, pairs: Sequence[tuple[Item, Artifact]], address: str = ""
) -> Changes:
    """What makes `folder` a new project with these models, or that fetches them from `address`.

    Raises:
        UnknownAdapterError: There are no app projects for that platform.
        SideloadError: As `projects.Project.create` and `bind` say.
    """
    return projects.get(platform).create(folder.absolute(), models(platform, pairs, address))


def injected(
    platform: str, app: Path, pairs: Sequence[tuple[Item, Artifact]], address: str = ""
) -> Changes:
    """What puts these models into an existing app, or makes it fetch them from `address`.

    Raises:
        UnknownAdapterError: There are no app projects for that platform.
        SideloadError: As `projects.Project.inject` and `bind` say.
    """
    return projects.get(platform).inject(app, models(platform, pairs, address))


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


def built(platform: str, app: Path) -> Built:
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


def check_address(platform: str, address: str) -> None:
    """Refuse an address that an app could not fetch models from.

    Raises:
        UsageError: It is none, is not encrypted, or apps for that platform carry their models.
    """
    if platform != "android":
        raise UsageError(
            f"apps for {platform} carry their models", remedy="the same command without --download"
        )
    told = urlsplit(address)
    if told.scheme != "https" or not told.hostname or told.query or told.fragment:
        raise UsageError(
            f"{address!r} is no address that an app may fetch models from",
            remedy="--download https://example.com/models",
        )


def models(
    platform: str, pairs: Sequence[tuple[Item, Artifact]], address: str = ""
) -> list[AppModel]:
    """The artifacts with their classes in the language of the platform's apps.

    Below `address`, each version of a model has a folder of its own, so that an older app still
    finds what it was made with.

    Raises:
        SideloadError: As `bind` says.
    """
    language = projects.get(platform).language
    return [
        AppModel(
            artifact=artifact,
            bindings=bind(item, artifact, language),
            context=languages.get(language).context(artifact),
            address=f"{address.rstrip('/')}/{artifact.file.sha256}" if address else "",
        )
        for item, artifact in pairs
    ]

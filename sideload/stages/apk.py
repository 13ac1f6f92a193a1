"""Instead of a folder for a shell: an app for Android that measures the models it carries."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sideload import projects
from sideload.errors import UsageError
from sideload.host import console, files
from sideload.projects import AppModel, Content
from sideload.projects.android import apk as making
from sideload.projects.android.apk import Packaging, Ready
from sideload.stages import _keys, _lower, app, bind, bundle, plan
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall, remember
from sideload.values import Apk, Artifact, FileRef

PLATFORM = "android"
NEEDED = "what it needs is made anew"
# What an APK is made by, besides what it is made from.
CODE = ("projects", "host/android_tools.py", "host/java.py", "values")


def check(items: Sequence[Item], packaging: Packaging) -> None:
    """Refuse what no APK can be made of or with, before anything is exported.

    Raises:
        SideloadError: As `check_platform` and `projects.android.apk.check` say.
    """
    check_platform(items)
    versions = dict(_keys.versions())
    making.check({item.runtime: {versions.get(item.runtime, "")} for item in items}, packaging)


def check_platform(items: Sequence[Item]) -> None:
    """Refuse targets that no APK is for.

    Raises:
        UsageError: The target is for another platform.
    """
    for item in items:
        if item.target.platform != PLATFORM:
            raise UsageError(
                f"an APK is for Android, and the target {item.target.name} is for "
                f"{item.target.platform}",
                remedy=f"sideload bundle --target {item.target.name} --new FOLDER",
            )


def look(pairs: Sequence[tuple[Item, Artifact]], packaging: Packaging) -> Look[Apk]:
    """The APK with these models, if nothing that it depends on has changed.

    Raises:
        SideloadError: As `apk` says.
    """
    return recall(
        _folder(pairs), Apk, _parts(making.prepare(app.models(PLATFORM, pairs), packaging))
    )


def apk(pairs: Sequence[tuple[Item, Artifact]], packaging: Packaging) -> Apk:
    """An APK with these models, one of each, made now if it is not there.

    Raises:
        SideloadError: As `bind` and `projects.android.apk` say.
    """
    models, folder = app.models(PLATFORM, pairs), _folder(pairs)
    ready = making.prepare(models, packaging)
    parts = _parts(ready)
    found = recall(folder, Apk, parts).value
    if found is None:
        with console.step(f"bundle {_label(pairs)} in an app"), files.building(folder) as building:
            found = _made(models, ready, building, folder)
            found = replace(found, key=_keys.key(parts))
            remember(building, found, parts)
    return found


def put(made: Apk, place: Path) -> Path:
    """Copy the APK to a file or into a folder of the user's; where it is then.

    Raises:
        UsageError: There is something else than an APK.
        HostFileError: It cannot be written.
    """
    return copy(made.file.path, place)


def copy(apk: Path, place: Path) -> Path:
    """Copy any APK to a file or into a folder of the user's; where it is then.

    Raises:
        UsageError: There is something else than an APK.
        HostFileError: It cannot be written.
    """
    check_place(place)
    into = place / making.NAME if place.is_dir() else place
    with files.writing(into) as to, apk.open("rb") as source:
        shutil.copyfileobj(source, to, 1 << 20)
    return into


def check_place(place: Path) -> None:
    """Refuse a place that an APK should not be put at.

    Raises:
        UsageError: It is neither a folder nor called like an APK.
    """
    if not place.is_dir() and place.suffix != ".apk":
        raise UsageError(
            f"{files.shown(place)} is neither a folder nor called like an APK",
            remedy=f"--apk {files.shown(place.with_suffix('.apk'))}",
        )


def steps(items: Sequence[Item], packaging: Packaging) -> "tuple[plan.Step, ...]":
    """What would be made, and why.

    Raises:
        SideloadError: As `apk` says.
    """
    found = [(item, _lower.look(item).value) for item in items]
    pairs = [(item, artifact) for item, artifact in found if artifact is not None]
    before = plan.plan(items, "export")
    language = projects.get(PLATFORM).language
    bound = [bind.look(item, artifact, language).value for item, artifact in pairs]
    whole = len(pairs) == len(items) and None not in bound
    why = look(pairs, packaging).why if whole else NEEDED
    return (*before, plan.Step(stage="bundle", item=f"{_label(found)} in an app", why=why))


def _made(models: Sequence[AppModel], ready: Ready, building: Path, folder: Path) -> Apk:
    built = making.build(ready, building)
    return Apk(
        file=replace(files.ref(building / making.NAME), path=folder / making.NAME),
        package=ready.manifest.package,
        activity=ready.manifest.activity,
        models=tuple(model.bindings.class_name for model in models),
        abis=built.abis,
        min_sdk=ready.manifest.min_sdk,
        certificate=built.certificate,
        key="",
        notes=built.notes,
    )


def project(items: Sequence[Item]) -> Path:
    """Where a project lies that makes an APK of these by Gradle."""
    folder = _named(items)
    return folder.with_name(f"{folder.name}-gradle")


def _folder(pairs: Sequence[tuple[Item, Artifact]]) -> Path:
    return _named([item for item, _ in pairs])


def _named(items: Sequence[Item]) -> Path:
    """Beside the bundles of the first model; an app with others is another app."""
    others = f"-{_keys.digest([item.label for item in items])[:12]}" if items[1:] else ""
    return items[0].folder(bundle.STAGE) / f"app{others}"


def _label(pairs: Sequence[tuple[Item, object]]) -> str:
    return " and ".join(item.label for item, _ in pairs)


def _content(named: Mapping[str, Content]) -> list[tuple[str, object]]:
    """Files by what is in them, wherever they lie."""
    told = named.items()
    return sorted((name, one.sha256 if isinstance(one, FileRef) else one) for name, one in told)


def _parts(ready: Ready) -> dict[str, str]:
    sources = ready.sources
    told = [vars(ready.manifest), sources.rules, ready.table.build.abis]
    return {
        "the models": _keys.digest([_content(sources.assets), ready.table.runtimes]),
        "the app": _keys.digest([_content(sources.code), *told]),
        "the runtime libraries": _keys.digest([one.sha256 for one in ready.libraries]),
        "the signing key": _keys.digest([ready.signed_by.sha256, ready.keystore.alias]),
        "sideload itself": _keys.code(CODE),
    }

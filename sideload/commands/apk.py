"""The command that makes an app for Android that can be installed at once."""

from dataclasses import dataclass, replace
from pathlib import Path

from sideload.commands import app as apps
from sideload.commands import road
from sideload.commands.answer import Answer
from sideload.errors import UsageError
from sideload.host import files, targets
from sideload.projects.android.apk import Packaging
from sideload.reports import document, terminal
from sideload.stages import apk as stage
from sideload.stages import app
from sideload.stages import models as stages


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was typed of the APK; an empty place is the folder of artifacts alone."""

    is_asked: bool
    place: str
    aars: tuple[str, ...]
    keystore: str
    key_alias: str


def wanted(apk: object, aar: object, keystore: str, key_alias: str) -> Wanted:
    """The words as Invoke gives them."""
    return Wanted(
        is_asked=bool(apk),
        place="" if apk is True else str(apk),
        aars=road.texts(aar),
        keystore=keystore,
        key_alias=key_alias,
    )


def built(words: road.Typed, wanted: Wanted, project: apps.Wanted, *, is_dry: bool) -> Answer:
    """As `bundle`, by Gradle: of a project among the artifacts, unless another one is named.

    Raises:
        SideloadError: Wrong use, models that cannot be made, or a build that fails.
    """
    if not project.is_built or wanted.aars or wanted.keystore or wanted.key_alias:
        raise UsageError(
            "without Gradle an APK carries its models; Gradle knows no --aar and no --keystore",
            remedy="--apk --gradle, or --apk without --download",
        )
    place = Path(wanted.place) if wanted.place else None
    if place is not None:
        stage.check_place(place)
    if not (project.new or project.into):
        target = targets.read(words.target)
        asked = app.first_of_each(road.asked(words, target, words.precisions))
        stage.check_platform(asked)
        project = replace(project, new=str(stage.project(asked)))
    answer = apps.bundle(words, project, is_dry=is_dry)
    if is_dry or place is None:
        return answer
    made = Path(answer.document["built"][0]["path"])
    if made.suffix != ".apk":
        raise UsageError(
            f"models of that size are an asset pack, and no APK: {files.shown(made)}",
            remedy="--download ADDRESS too, so that the app fetches them",
        )
    return replace(answer, text=f"{answer.text}\ncopied to {files.shown(stage.copy(made, place))}")


def bundle(words: road.Typed, wanted: Wanted, *, new: str, into: str, is_dry: bool) -> Answer:
    """An APK with the models, one of each; or only what making it would mean.

    Raises:
        SideloadError: Wrong use, models that cannot be made, or a missing program or library.
    """
    if not wanted.is_asked:
        raise UsageError("--aar, --keystore and --key-alias are about an APK", remedy="--apk too")
    if new or into:
        raise UsageError(
            "an APK has no project that could be edited", remedy="--apk alone, or --new or --into"
        )
    target = targets.read(words.target)
    asked = app.first_of_each(road.asked(words, target, words.precisions))
    stage.check_platform(asked)
    if wanted.place:
        stage.check_place(Path(wanted.place))
    packaging = Packaging(
        aars=tuple(_there(Path(name)) for name in wanted.aars),
        keystore=Path(wanted.keystore) if wanted.keystore else None,
        key_alias=wanted.key_alias,
    )
    if is_dry:
        steps = stage.steps(asked, packaging)
        return Answer(document=document.plan("bundle", steps), text=terminal.plan(steps))
    stage.check(asked, packaging)
    failures = stages.Failures()
    pairs = stages.artifacts(asked, failures)
    if failures.found:
        # An app without a model that was asked for would look like one with it.
        raise failures.found[0]
    made = stage.apk(pairs, packaging)
    place = stage.put(made, Path(wanted.place)) if wanted.place else made.file.path
    return Answer(document=document.apk("bundle", made, place), text=terminal.apk(made, place))


def _there(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(f"there is no file {files.shown(path)}", remedy="check --aar")
    return path.absolute()

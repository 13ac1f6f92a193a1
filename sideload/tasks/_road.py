"""The commands that make something of models and targets, and those that take it back."""

from functools import partial
from typing import Any, Final

from invoke.context import Context
from invoke.tasks import Task, task

from sideload.tasks._words import HELP

NEW: Final = "a folder for a new app that carries the models and measures them"
INTO: Final = "the folder of an app of yours that shall carry the models, once each"
APK: Final = "an app to be installed at once, made without Gradle; optionally where to put it"
AAR: Final = "with --apk: the library of a runtime for Android, where it is a file (repeatable)"
KEYSTORE: Final = "with --apk: sign with this file's key, whose password is in "
APK_HELP: Final = {
    "apk": APK,
    "aar": AAR,
    "keystore": f"{KEYSTORE}SIDELOAD_KEYSTORE_PASSWORD; else with the debug key",
    "key-alias": "with --keystore: which of its keys",
}
GRADLE: Final = "build the app that --new or --into names, with Gradle and Android's SDK"
DOWNLOAD: Final = "the app fetches its models from below this address instead of carrying them"
ROAD_LISTS: Final = ["model", "runtime", "precision", "device", "inputs"]


def _road(name: str, does: str) -> "Task[Any]":
    """A task that goes down the road as far as the stage `name`; they all take the same words."""

    def body(  # noqa: PLR0917 - Invoke passes every flag by its name
        c: Context,
        target: str = "android",
        model: object = None,
        runtime: object = None,
        precision: object = None,
        device: object = None,
        jobs: int = 0,
        inputs: object = None,
        json: bool = False,
        dry_run: bool = False,
    ) -> None:
        del c
        from sideload.commands import end, road

        words = road.typed(target, model, runtime, precision, device, jobs, inputs)
        end.end(name, lambda: road.road(name, words, is_dry=dry_run), as_json=json)

    body.__name__, body.__doc__ = name, does
    made: Task[Any] = Task(body, help=dict(HELP), iterable=ROAD_LISTS, auto_shortflags=False)
    return made


export = _road("export", "Export models to files that a runtime loads, proven against PyTorch.")
quantize = _road("quantize", "Make int8 or int4 files; refused unless they agree with PyTorch.")
bind = _road("bind", "Generate a typed class for each artifact.")


@task(
    help={
        **HELP,
        "new": NEW,
        "into": INTO,
        **APK_HELP,
        "gradle": GRADLE,
        "download": DOWNLOAD,
        "dry-run": f"{HELP['dry-run']}; of an app, the diff",
    },
    iterable=[*ROAD_LISTS, "aar"],
    optional=["apk"],
    auto_shortflags=False,
)
def bundle(  # noqa: PLR0917 - Invoke passes every flag by its name
    c: Context,
    target: str = "android",
    model: object = None,
    runtime: object = None,
    precision: object = None,
    device: object = None,
    jobs: int = 0,
    inputs: object = None,
    new: str = "",
    into: str = "",
    apk: object = "",
    aar: object = None,
    keystore: str = "",
    key_alias: str = "",
    gradle: bool = False,
    download: str = "",
    json: bool = False,
    dry_run: bool = False,
) -> None:
    """Put model, runner and libraries into one folder for each artifact; or models into an app."""
    del c
    from sideload.commands import app, end, road

    words = road.typed(target, model, runtime, precision, device, jobs, inputs)
    project = app.Wanted(new=new, into=into, address=download, is_built=gradle)
    if apk or aar or keystore or key_alias:
        from sideload.commands import apk as apks

        wanted = apks.wanted(apk, aar, keystore, key_alias)
        act = partial(apks.bundle, words, wanted, new=new, into=into, is_dry=dry_run)
        if gradle or download:
            act = partial(apks.built, words, wanted, project, is_dry=dry_run)
    elif new or into or gradle or download:
        act = partial(app.bundle, words, project, is_dry=dry_run)
    else:
        act = partial(road.road, "bundle", words, is_dry=dry_run)
    end.end("bundle", act, as_json=json)


@task(
    help={
        "app": "the folder that was given to bundle --into",
        "json": HELP["json"],
        "dry-run": "print the diff, and change nothing",
    },
    positional=["app"],
    auto_shortflags=False,
)
def unbundle(c: Context, app: str, json: bool = False, dry_run: bool = False) -> None:
    """Take out of an app what bundle --into put there, to the byte."""
    del c
    from sideload.commands import app as apps
    from sideload.commands import end

    end.end("unbundle", lambda: apps.unbundle(app, is_dry=dry_run), as_json=json)


deploy = _road("deploy", "Take models all the way onto a device, verify their answers, measure.")
profile = _road("profile", "As deploy, and measure anew what has been measured before.")

"""The commands, as Invoke tasks: `invoke deploy …` in a checkout, `sideload deploy …` installed.

Tasks are wiring: what they do is in `sideload.commands`, which is imported when one of them runs,
so that listing them costs nothing.
"""

import sys
from functools import partial
from typing import Any, Final

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import Task, task

HELP: Final = {
    "target": "a name in targets/, or the path of a YAML file",
    "model": "built-in name, file.py:function, Hugging Face folder or id, .pt2, .onnx (repeatable)",
    "runtime": "executorch or onnxruntime (repeatable); else what the target lists",
    "precision": "float32, float16, int8, int4, or a scheme by name (repeatable)",
    "device": "a serial number, ADDRESS:PORT, simulated, all, several with commas, or conditions "
    "such as 'model=Pixel*,sdk>=33' (repeatable); else the only one attached",
    "jobs": "how many phones to work on at once; else what the target says",
    "inputs": "FILE.npz with one array for each input of the model (repeatable)",
    "json": "print one JSON document on stdout, and nothing else there",
    "dry-run": "say what would run and why, and do nothing",
}
NEW: Final = "a folder for a new app that carries the models and measures them"
INTO: Final = "the folder of an app of yours that shall carry the models, once each"
ROAD_LISTS: Final = ["model", "runtime", "precision", "device", "inputs"]
PHONE_LISTS: Final = ["fault", "property"]


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
    help={**HELP, "new": NEW, "into": INTO, "dry-run": f"{HELP['dry-run']}; of an app, the diff"},
    iterable=ROAD_LISTS,
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
    json: bool = False,
    dry_run: bool = False,
) -> None:
    """Put model, runner and libraries into one folder for each artifact; or models into an app."""
    del c
    from sideload.commands import app, end, road

    words = road.typed(target, model, runtime, precision, device, jobs, inputs)
    if new or into:
        act = partial(app.bundle, words, new=new, into=into, is_dry=dry_run)
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


@task(
    help={
        "target": HELP["target"],
        "watch": "go on, and show each change, until Ctrl-C; with --json one document a line",
        "json": HELP["json"],
    },
    auto_shortflags=False,
)
def devices(c: Context, target: str = "android", watch: bool = False, json: bool = False) -> None:
    """List the devices that can be reached, and what to do about those that cannot be used."""
    del c
    from sideload.commands import devices as seen
    from sideload.commands import end

    act = partial(seen.watch, as_json=json) if watch else seen.devices
    end.end("devices", lambda: act(target), as_json=json)


@task(
    help={
        "device": "look at this phone too; else at the only one attached, if there is one",
        "target": HELP["target"],
        "json": HELP["json"],
    },
    auto_shortflags=False,
)
def doctor(c: Context, device: str = "", target: str = "android", json: bool = False) -> None:
    """Check this machine and the phone: what is there, and what to type about the rest."""
    del c
    from sideload.commands import doctor as look
    from sideload.commands import end

    end.end("doctor", lambda: look.doctor(device, target), as_json=json)


@task(
    help={
        "device": "remove from these devices what no deployment names, instead of artifacts here "
        "(repeatable)",
        "target": HELP["target"],
        "json": HELP["json"],
    },
    iterable=["device"],
    auto_shortflags=False,
)
def clean(c: Context, device: object = None, target: str = "android", json: bool = False) -> None:
    """Remove what can be made again: the artifacts here, or what a device holds in vain."""
    del c
    from sideload.commands import clean as cleaning
    from sideload.commands import end, road

    end.end("clean", lambda: cleaning.clean(road.texts(device), target), as_json=json)


@task(
    help={
        "format": "table, markdown, junit or html",
        "output": "write to this file instead of stdout",
        "target": "only results of this target",
        "json": HELP["json"],
    },
    auto_shortflags=False,
)
def report(
    c: Context,
    format: str = "table",  # noqa: A002 - the name is the flag
    output: str = "",
    target: str = "",
    json: bool = False,
) -> None:
    """Show everything that was deployed and measured, from what is kept in artifacts/."""
    del c
    from sideload.commands import end
    from sideload.commands import report as kept

    end.end("report", lambda: kept.report(format, output, target), as_json=json)


@task(
    help={
        "port": "on 127.0.0.1; 0 takes a free one",
        "root": "folder for the phone's files; without it, a new one",
        "fault": "what shall go wrong: NAME or NAME=VALUE, or help for a list (repeatable)",
        "property": "NAME=VALUE, as getprop shows it (repeatable)",
    },
    iterable=PHONE_LISTS,
    auto_shortflags=False,
)
def simulate(
    c: Context,
    port: int = 0,
    root: str = "",
    fault: object = None,
    property: object = None,  # noqa: A002 - the name is the flag
) -> None:
    """Run a simulated phone for other tools, until it is interrupted."""
    del c
    from sideload.commands import end, machine

    end.end("simulate", lambda: machine.simulate(port, root, fault, property), as_json=False)


TASKS: Final = (
    devices,
    export,
    quantize,
    bind,
    bundle,
    unbundle,
    deploy,
    profile,
    report,
    simulate,
    doctor,
    clean,
)
namespace: Final = Collection(*TASKS)
# Invoke turns the caching of compiled modules off, which would cost a third of a second each time.
sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)

"""The commands about phones, this machine, and what is kept on it."""

from functools import partial
from typing import Final

from invoke.context import Context
from invoke.tasks import task

from sideload.tasks._words import HELP

PHONE_LISTS: Final = ["fault", "property"]


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

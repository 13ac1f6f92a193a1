"""Inputs for an app and answers from it, through a folder that both may write.

An app's own folder on the shared storage is open to the shell; where a phone has closed it,
`run-as` reaches it and the app's private one, if the app may be debugged.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sideload.errors import DeviceCommandError
from sideload.transports import Connection

ANSWER: Final = re.compile(r"out\.[0-9]+\.[0-9]+\.bin")
LINES: Final = "lines.jsonl"
GO: Final = "go"
PART: Final = "go.part"
SHARED: Final = "/sdcard/Android/data/{package}/files/sideload/{run}"
PRIVATE: Final = "files/sideload/{run}"
REMEDY: Final = (
    "--target with `run: shell`, or an app that may be debugged, into which `run-as` can see"
)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A run's folder, and what stands before a command that may use it."""

    folder: str
    prefix: tuple[str, ...]

    def command(self, text: str) -> str:
        """Shell text for the phone that runs `text` there; `$1` in it is the folder."""
        return shlex.join([*self.prefix, "sh", "-c", text, "sh", self.folder])


def reach(connection: Connection, package: str, run: str) -> Reach:
    """How the folder of this run can be used.

    Raises:
        DeviceCommandError: It cannot.
        DeviceError: As the connection says.
    """
    shared = SHARED.format(package=package, run=run)
    ways = (
        Reach(folder=shared, prefix=()),
        Reach(folder=shared, prefix=("run-as", package)),
        Reach(folder=PRIVATE.format(run=run), prefix=("run-as", package)),
    )
    for way in ways:
        if connection.run(way.command('[ -d "$1" ] && [ -w "$1" ]')).exit_code == 0:
            return way
    raise DeviceCommandError(
        f"the folder of the app {package} cannot be used from here", remedy=REMEDY
    )


def lay(connection: Connection, way: Reach, work: str, names: Sequence[str], go: str) -> None:
    """Give the app its inputs, which are in the folder `work`, and then the word to go.

    Raises:
        DeviceCommandError: They cannot be put there.
        DeviceError: As the connection says.
    """
    for name in names:
        _checked(connection, f"cat {shlex.quote(f'{work}/{name}')} | {_into(way, name)}")
    # Under its own name only when it is whole.
    told = f"printf %s {shlex.quote(go)} | {_into(way, PART)}"
    named = way.command(f'mv "$1/{PART}" "$1/{GO}"')
    _checked(connection, f"{told} && {named}")


def fetch(connection: Connection, way: Reach, work: str) -> bytes:
    """The lines that the app kept; its answers lie in the folder `work` afterwards.

    Raises:
        DeviceError: As the connection says.
    """
    look = f'cd "$1" && ls | grep "^out[.].*[.]bin$"; cat {LINES}'
    listed = connection.run(way.command(look))
    names, mark, kept = listed.stdout.partition(b"sideload:1 ")
    for name in filter(ANSWER.fullmatch, names.decode("ascii", "replace").split()):
        source = way.command(f'cat "$1/{name}"')
        _checked(connection, f"{source} >{shlex.quote(f'{work}/{name}')}")
    return mark + kept


def _into(way: Reach, name: str) -> str:
    return way.command(f'cat >"$1/{name}"')


def _checked(connection: Connection, command: str) -> None:
    done = connection.run(command)
    if done.exit_code != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "backslashreplace").strip()
        raise DeviceCommandError(
            f"the app's files cannot be exchanged: {said or 'no reason was given'}",
            remedy="adb shell df /sdcard, to see whether there is room",
        )

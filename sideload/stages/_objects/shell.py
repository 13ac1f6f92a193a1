"""Commands in the store's folder, with what goes wrong as an error.

Names go to a command as its input, one a line, never into its text.
"""

import shlex
from collections.abc import Iterable
from typing import Final

from sideload.errors import DeviceCommandError, DeviceFullError
from sideload.transports import Connection

_NOT_FOUND: Final = 127
_MOST_SHOWN: Final = 300
_FULL: Final = "No space left on device"
_MAKE_ROOM: Final = "sideload clean --device, or delete something on the phone"
_LOOK: Final = "set device_root in the target to a folder that the phone's shell may write"


def run(
    connection: Connection,
    root: str,
    command: str,
    *,
    doing: str,
    lines: Iterable[str] = (),
    timeout_s: float = 60.0,
) -> str:
    """What `command` prints, started in `root`; `lines` are its input.

    Raises:
        DeviceFullError: The phone has no space left.
        DeviceCommandError: It failed, or the phone does not have it; `doing` says what it is for.
    """
    stdin = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    text = f"cd {shlex.quote(root)} && {{ {command}; }}"
    done = connection.run(text, stdin=stdin, timeout_s=timeout_s)
    if done.exit_code == 0:
        return done.stdout.decode("utf-8", "surrogateescape")
    words = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[:_MOST_SHOWN]
    serial = connection.device.serial
    if _FULL in words:
        raise DeviceFullError(f"{serial} cannot {doing}: {words}", remedy=_MAKE_ROOM)
    if done.exit_code == _NOT_FOUND:
        raise DeviceCommandError(
            f"{serial} lacks the program to {doing}",
            remedy="use a phone with Android 6 or newer, whose toybox has it",
        )
    words = words or f"exit code {done.exit_code}"
    raise DeviceCommandError(f"{serial} cannot {doing}: {words}", remedy=_LOOK)

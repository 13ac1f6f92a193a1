"""What the server says of a device that cannot be used, as an error with a remedy."""

import re
from collections.abc import Mapping
from typing import Final

from sideload.errors import (
    DeviceError,
    DeviceGoneError,
    NoDeviceError,
    RefusedError,
    UnauthorizedError,
    UsageError,
)
from sideload.protocols.adb import states
from sideload.protocols.adb.server import Listed
from sideload.protocols.adb.text import printable

LIST: Final = "sideload devices, which lists them and says what to do about each"

_KINDS: Final[Mapping[str, type[DeviceError]]] = {
    states.UNAUTHORIZED: UnauthorizedError,
    states.OFFLINE: DeviceGoneError,
}
# What the server says in place of a service, by the state that it means.
_REASONS: Final[Mapping[str, str]] = {
    "unauthorized": states.UNAUTHORIZED,
    "offline": states.OFFLINE,
    "permissions": states.NO_PERMISSIONS,
    "authorizing": "authorizing",
    "connecting": "connecting",
    "detached": "detached",
}
_NOT_THERE: Final = re.compile(r"not found|no devices|unknown (?:host )?device")


def of_state(device: Listed) -> DeviceError:
    """The error for a device that is listed, and not ready."""
    kind = _KINDS.get(device.state, RefusedError)
    because = f" ({device.reason})" if device.reason else ""
    return kind(
        f"{device.serial} is {_worded(device.state)}{because}",
        remedy=states.advice(device.state, device.serial),
    )


def of_reason(serial: str, reason: str) -> DeviceError | UsageError:
    """The error for the server's reason not to give a service of a device."""
    shown = printable(reason.encode())[:200]
    if "more than one" in reason:
        return UsageError(
            f"several devices are called {serial}", remedy="adb disconnect, for one of them"
        )
    if _NOT_THERE.search(reason):
        return absent(serial)
    for words, state in _REASONS.items():
        if words in reason:
            return of_state(Listed(serial=serial, state=state))
    return RefusedError(
        f"the phone refused a service: {shown}",
        remedy="restart adb debugging on the phone, then run the command again",
    )


def absent(serial: str) -> NoDeviceError:
    """The error for a device that the server does not have."""
    return NoDeviceError(f"no device called {serial} is attached", remedy=LIST)


def _worded(state: str) -> str:
    """The state as the end of a sentence."""
    if state == states.NO_PERMISSIONS:
        return "there, and this user may not use it"
    return f"in {state}" if state in {"recovery", "rescue", "sideload", "bootloader"} else state

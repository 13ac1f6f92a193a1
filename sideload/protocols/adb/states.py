"""The states that adb says a device is in, and what a person does about each."""

from collections.abc import Mapping
from typing import Final

READY: Final = "device"
UNAUTHORIZED: Final = "unauthorized"
OFFLINE: Final = "offline"
NO_PERMISSIONS: Final = "no permissions"
# These pass by themselves, mostly within a second.
PASSING: Final = frozenset({"authorizing", "connecting"})

_RESTART: Final = "adb -s {serial} reboot, or choose 'Reboot system now' on its screen"
# In adb's own words. `{serial}` is replaced by the device's.
STATES: Final[Mapping[str, str]] = {
    READY: "--device {serial}",
    UNAUTHORIZED: "unlock it and accept its question about this computer; if it asks nothing, "
    "revoke its USB debugging authorisations and connect it again",
    OFFLINE: "take the cable out and put it in again; on a network: adb reconnect offline",
    NO_PERMISSIONS: "add a udev rule for it (apt install android-sdk-platform-tools-common, or "
    "its vendor's), then connect it again",
    "authorizing": "wait a moment; if it stays so, unlock it and accept its question",
    "connecting": "wait a moment; if it stays so, connect it again",
    "recovery": _RESTART,
    "rescue": _RESTART,
    "sideload": _RESTART,
    "bootloader": "fastboot reboot, or choose 'Start' on its screen",
    "host": "switch USB debugging on, in its developer options",
    "detached": "adb -s {serial} attach",
}
_OTHERWISE: Final = "connect it again, or restart it"


def advice(state: str, serial: str) -> str:
    """What to do about a device in that state; for one that is ready, how to name it."""
    return STATES.get(state, _OTHERWISE).format(serial=serial)

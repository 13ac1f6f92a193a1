"""What to say when a phone refuses a file."""

from collections.abc import Mapping
from typing import Final

from sideload.errors import DeviceFullError, TransferError

_FULL: Final = "No space left on device"
_MAKE_ROOM: Final = "sideload clean --device, or delete something on the phone"
# By what the phone says; a phone's own words are always in the sentence before.
_REMEDIES: Final[Mapping[str, str]] = {
    "Read-only file system": "set device_root in the target to a folder that can be written",
    "Permission denied": "set device_root in the target to a folder that the shell may write",
    "Is a directory": "sideload clean --device, which removes what stands in the way",
    "Input/output error": "adb reboot, then run it again; if that is no help, the storage fails",
    "unknown request": "restart adb debugging on the phone: it refuses what it says it can do",
    "unknown compression": "restart adb debugging on the phone: it refuses what it says it can do",
    "No such file": "sideload devices, to see whether this is the phone you meant",
}
_OTHERWISE: Final = "adb shell ls -l, to see what stands in the way"


def refusal(remote: str, reason: str) -> TransferError | DeviceFullError:
    """The error for what a phone said of a file."""
    problem = f"the phone refused {remote}: {reason}"
    if _FULL in reason:
        return DeviceFullError(problem, remedy=_MAKE_ROOM)
    found = (remedy for words, remedy in _REMEDIES.items() if words in reason)
    return TransferError(problem, remedy=next(found, _OTHERWISE))

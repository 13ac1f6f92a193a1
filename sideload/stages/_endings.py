"""What to do about a runner that did not end well, by how it ended and what it said."""

from collections.abc import Mapping
from typing import Final

# A shell's own codes, and 128 and the number of a signal.
_BY_CODE: Final[Mapping[int, str]] = {
    0: "run it again; adb logcat -d shows what else the phone printed meanwhile",
    126: "set device_root in the target to a folder whose files may be executed",
    127: "sideload clean, then deploy again, which assembles the runner anew",
    132: "--precision float32: the phone's processor lacks an instruction that was used",
    134: "adb logcat -d -b crash, which says why the runner gave up",
    137: "close what runs on the phone, or use a smaller model: it was killed, as when memory ends",
    139: "adb logcat -d -b crash, which says where the runner failed; or the other --runtime",
}
_BY_WORDS: Final[Mapping[str, str]] = {
    "CANNOT LINK EXECUTABLE": _BY_CODE[127],
    "error while loading shared libraries": _BY_CODE[127],
    "No space left on device": "sideload clean --device, or delete something on the phone",
    "Permission denied": _BY_CODE[126],
}
_OTHERWISE: Final = "run it again; adb logcat -d shows what else happened on the phone"


def remedy(exit_code: int, words: str) -> str:
    """What to type after a runner has ended with `exit_code`, `words` being its last ones."""
    found = (told for known, told in _BY_WORDS.items() if known in words)
    return next(found, _BY_CODE.get(exit_code, _OTHERWISE))

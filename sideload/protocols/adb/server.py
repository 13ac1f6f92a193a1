"""What an adb server is asked and says, before a socket belongs to a service of a phone.

A question is its length in four hexadecimal digits and its words. The answer is `OKAY` or `FAIL`,
and then, after `FAIL` always and after `OKAY` for some questions, text with its length before it.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from sideload.errors import ProtocolError
from sideload.protocols.adb.packets import Data
from sideload.protocols.adb.states import NO_PERMISSIONS, STATES
from sideload.protocols.adb.text import printable

OKAY: Final = b"OKAY"
FAIL: Final = b"FAIL"
# `OKAY`, `FAIL` and every length have as many bytes.
WORD: Final = 4

DEVICES: Final = "host:devices-l"
TRACK: Final = "host:track-devices-l"
REMEDY: Final = "adb version, to see which adb runs there; or ANDROID_ADB_SERVER_PORT for another"

_MOST_TEXT: Final = 0xFFFF
# A device's line has a few hundred; of blanks alone, a longer one would take minutes to understand.
_MOST_LINE: Final = 1024
_HEXADECIMAL: Final = re.compile(rb"[0-9a-fA-F]{4}")
# A name may hold spaces (mDNS numbers its doubles: `adb-1 (2)._adb-tls-connect._tcp`), and so may
# a state, which comes with a reason.
_LISTED: Final = re.compile(rf"(?P<serial>\S.*?)\s+(?P<state>{'|'.join(STATES)})(?P<rest>\s.*|)")
_FACT: Final = re.compile(r"(?<!\S)(\w+):(\S+)")
_REASON: Final = re.compile(r"\((.*?)\)(?:;|$| )")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One device as the server lists it; `reason` is why it has no permissions."""

    serial: str
    state: str
    reason: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def question(text: str) -> bytes:
    """What to send in order to ask `text`.

    Raises:
        ProtocolError: It cannot be asked.
    """
    encoded = text.encode("utf-8", "surrogateescape")
    if len(encoded) > _MOST_TEXT or b"\0" in encoded:
        raise ProtocolError(
            f"a command of {len(encoded)} bytes cannot be sent through an adb server",
            remedy="use shorter names, without NUL bytes",
        )
    return b"%04x" % len(encoded) + encoded


def length(data: Data) -> int:
    """How many bytes of text follow.

    Raises:
        ProtocolError: These are no hexadecimal digits.
    """
    if not _HEXADECIMAL.fullmatch(data):
        raise ProtocolError(f"an adb server says no {bytes(data)!r}", remedy=REMEDY)
    return int(bytes(data), 16)


def listed(text: Data) -> tuple[Listed, ...]:
    """The devices in an answer to `DEVICES` or `TRACK`; what is no device is left out."""
    lines = (printable(line[:_MOST_LINE]).strip() for line in bytes(text).splitlines())
    return tuple(device for line in lines if (device := _device(line)) is not None)


def _device(line: str) -> Listed | None:
    known = _LISTED.fullmatch(line)
    # A state that was invented after this was written is one word.
    serial, state, rest = known.group("serial", "state", "rest") if known else _words(line)
    if not state:
        return None
    reason = _REASON.search(rest) if state == NO_PERMISSIONS else None
    return Listed(
        serial=serial,
        state=state,
        reason=reason[1] if reason else "",
        facts=dict(_FACT.findall(rest)),
    )


def _words(line: str) -> tuple[str, str, str]:
    serial, state, rest, *_ = *line.split(None, 2), "", "", ""
    return serial, state, rest

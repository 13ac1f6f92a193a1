"""What a phone says of itself when a connection opens: version, payload limit, features."""

from dataclasses import dataclass
from typing import Final

from sideload.protocols.adb import packets

FEATURES: Final = (
    "shell_v2",
    "cmd",
    "stat_v2",
    "ls_v2",
    "fixed_push_mkdir",
    "sendrecv_v2",
    "delayed_ack",
)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Sent in the phone's `CNXN`; `max_payload` is in bytes, per packet."""

    version: int = packets.VERSION
    max_payload: int = packets.MAX_PAYLOAD
    features: tuple[str, ...] = FEATURES

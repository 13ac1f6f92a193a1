"""What each end says of itself in its first packet: `device::name=value;…features=a,b`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sideload.protocols.adb.packets import Data
from sideload.protocols.adb.text import printable

# What our client makes use of; the other end uses what both have.
CLIENT_FEATURES: Final = (
    "shell_v2",
    "cmd",
    "stat_v2",
    "ls_v2",
    "fixed_push_mkdir",
    "sendrecv_v2",
    "sendrecv_v2_zstd",
    "delayed_ack",
)
# Banners are a few hundred bytes; nobody gains from reading a megabyte of one.
_MOST_READ: Final = 16 << 10


@dataclass(frozen=True, kw_only=True)
class Banner:
    """One end: what kind it is (`host`, `device`, `recovery`, …), its properties and features."""

    kind: str
    properties: Mapping[str, str] = field(default_factory=dict)
    features: frozenset[str] = frozenset()


def build(
    kind: str, *, properties: Mapping[str, str] | None = None, features: Iterable[str]
) -> bytes:
    """The payload of a `CNXN` packet."""
    shown = "".join(f"{name}={value};" for name, value in (properties or {}).items())
    return f"{kind}::{shown}features={','.join(features)}".encode()


def parse(payload: Data) -> Banner:
    """Read any `CNXN` payload; nonsense is left out, what cannot be shown is replaced."""
    text = printable(bytes(payload[:_MOST_READ]).split(b"\0")[0])
    kind, _, rest = text.partition(":")
    pairs = dict(_pairs(rest.partition(":")[2]))
    features = frozenset(filter(None, pairs.pop("features", "").split(",")))
    return Banner(kind=kind, properties=pairs, features=features)


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if name and equals:
            yield name, value

"""What a device says of itself, from one call of `getprop`."""

import re
from collections.abc import Mapping
from typing import Final

from sideload.host import machine
from sideload.protocols.adb.banner import Banner
from sideload.protocols.adb.text import printable
from sideload.values import Device

COMMAND: Final = "getprop"

_LINE: Final = re.compile(rb"^\[([^\]]+)\]: \[(.*)\]\r?$", re.MULTILINE)
_MOST_SHOWN: Final = 200
# Our names for the properties that say how fast a model can be, and which phone this is.
_FACTS: Final[Mapping[str, str]] = {
    "manufacturer": "ro.product.manufacturer",
    "release": "ro.build.version.release",
    "sdk": "ro.build.version.sdk",
    "soc": "ro.soc.model",
    "soc_manufacturer": "ro.soc.manufacturer",
    "board": "ro.board.platform",
    "serial": "ro.serialno",
    "fingerprint": "ro.build.fingerprint",
}


def device(serial: str, banner: Banner, output: bytes, *, transport: str) -> Device:
    """The device called `serial`; `output` is what `getprop` printed, perhaps nothing.

    `transport` is the name of the way by which it was reached.
    """
    properties = {
        printable(name): printable(value)[:_MOST_SHOWN] for name, value in _LINE.findall(output)
    }
    known = {**banner.properties, **properties}
    facts = {ours: known[name] for ours, name in _FACTS.items() if known.get(name)}
    return Device(
        serial=serial,
        transport=transport,
        simulated=properties.get("ro.sideload.simulated") == "1",
        model=known.get("ro.product.model") or "unknown",
        system=_system(facts),
        abi=_abi(known),
        facts=facts,
    )


def _abi(known: Mapping[str, str]) -> str:
    listed = known.get("ro.product.cpu.abilist", "").split(",")
    return machine.suited(known.get("ro.product.cpu.abi", ""), listed) or "unknown"


def _system(facts: Mapping[str, str]) -> str:
    if "release" not in facts:
        return "unknown"
    return f"Android {facts['release']}" + (f" (API {facts['sdk']})" if "sdk" in facts else "")

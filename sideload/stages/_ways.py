"""By which way a device is reached where there are several, and which entries are one device."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sideload import platforms, transports
from sideload.errors import NoDeviceError, RefusedError, UnauthorizedError
from sideload.transports import Connection
from sideload.values import Device

READY: Final = "device"
# What makers and emulators write where a number of its own should be.
_SHARED_NUMBERS: Final = ("0123456789ABCDEF", "EMULATOR", "unknown", "(no serial number)")
# What mDNS calls a phone with wireless debugging: its number, and some letters of that pairing.
_MDNS: Final = re.compile(r"adb-(.+)-[^-.]+\._adb.*\._tcp\.?")


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a device is: the transport that reaches it, and its name there."""

    transport: str
    serial: str


def attached(platform: str) -> tuple[tuple[str, Device], ...]:
    """Every device that the platform's transports can see, once, with the transport's name."""
    names = platforms.get(platform).transports
    found = ((name, device) for name in names for device in transports.get(name).devices())
    return distinct(found)


def distinct(found: Iterable[tuple[str, Device]]) -> tuple[tuple[str, Device], ...]:
    """Each device once: by the first way by which it can be used, else by the first."""
    kept: list[tuple[str, Device]] = []
    for entry in found:
        twin = next((at for at, other in enumerate(kept) if _is_one(other[1], entry[1])), None)
        if twin is None:
            kept.append(entry)
        elif entry[1].state == READY != kept[twin][1].state:
            kept[twin] = entry
    return tuple(kept)


def named(platform: str, serial: str) -> Address:
    """The first way by which a device of that name could be reached; it need not be listed.

    Raises:
        NoDeviceError: No device of the platform can have that name.
    """
    names = list(_possible(platform, serial))
    if not names:
        raise NoDeviceError(
            f"no device can be called {serial!r}", remedy="sideload devices, which lists them"
        )
    return Address(transport=names[0], serial=serial)


def usual(platform: str) -> str:
    """The device that the user's environment names; empty where it names none."""
    variable = platforms.get(platform).device_variable
    return os.environ.get(variable, "") if variable else ""


def opened(platform: str, address: Address, *, timeout_s: float = 30.0) -> Connection:
    """A connection to a device; by another way that has it, where the first does not let us in.

    A phone with wireless debugging, for one, wants a pairing that only an adb server has.

    Raises:
        DeviceError: As the first transport says.
    """
    try:
        return transports.get(address.transport).connect(address.serial, timeout_s=timeout_s)
    except (RefusedError, UnauthorizedError):
        for name in _possible(platform, address.serial):
            other = transports.get(name)
            if name != address.transport and other.describe(address.serial).state == READY:
                return other.connect(address.serial, timeout_s=timeout_s)
        raise


def _possible(platform: str, serial: str) -> Iterator[str]:
    names = platforms.get(platform).transports
    return (name for name in names if transports.get(name).can_be(serial))


def _is_one(one: Device, other: Device) -> bool:
    if one.serial == other.serial:
        return True
    # The same phone at two addresses is rarer than two phones whose maker numbered none.
    number = _number(one)
    return bool(number) and number == _number(other) and _kind(one) != _kind(other)


def _number(device: Device) -> str:
    """The number of the phone itself, however it is connected; empty where that is not known."""
    paired = _MDNS.fullmatch(device.serial)
    number = device.facts.get("serial") or (paired[1] if paired else "")
    if not number and _kind(device) == "cable":
        number = device.serial
    return "" if number.startswith(_SHARED_NUMBERS) else number


def _kind(device: Device) -> str:
    if device.serial.startswith("emulator-"):
        return "emulator"
    if _MDNS.fullmatch(device.serial):
        return "mdns"
    return "address" if ":" in device.serial else "cable"

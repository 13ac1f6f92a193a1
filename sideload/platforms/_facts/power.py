"""Battery, heat and screen, from Android's services and the kernel's own files."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sideload.facts import Battery, Zone
from sideload.platforms._facts import numbers
from sideload.platforms._facts.sections import files, pairs, shown

# Android's numbers for what a battery does.
_STATUS: Final = {"2": "charging", "3": "discharging", "4": "not charging", "5": "full"}
_PLUGS: Final = ("AC powered", "USB powered", "Wireless powered", "Dock powered")
_BATTERY: Final = "battery"
_MOST_PERCENT: Final = 100.0
_MOST_STATUS: Final = 6
_MOST_ZONES: Final = 128
# Some makers show voltages, currents and charge as thermometers.
_NO_HEAT: Final = re.compile(r"(?i)\A(?:soc|.*(?:[ivu]bat|vph|bcl|curr|volt).*)\Z")
_TEMPERATURE: Final = re.compile(
    r"Temperature\{mValue=([^,]+(?:,\d+)?), mType=(-?\d+), mName=(.*?),"
)
# Android's numbers for what limits the battery's current, in volts, amperes and per cent.
_NO_HEAT_TYPES: Final = frozenset({"6", "7", "8"})
_SCREENS: Final = {"ON": "on", "OFF": "off", "DOZE": "dozing", "DOZE_SUSPEND": "dozing", "VR": "on"}
_WAKEFULNESS: Final = {"Awake": "on", "Dreaming": "on", "Dozing": "dozing", "Asleep": "off"}


def battery(service: list[str], kernel: list[str]) -> Battery:
    """The battery service's word where it has one, else the kernel's."""
    said = pairs(service)
    file = _supply(kernel)
    status = _STATUS.get(said.get("status", "")) or _spoken(file.get("status", ""))
    return Battery(
        percent=_percent(said.get("level", ""), said.get("scale", ""))
        or _percent(file.get("capacity", ""), ""),
        celsius=numbers.battery_celsius(said.get("temperature", ""))
        or numbers.battery_celsius(file.get("temp", "")),
        status=status,
        is_plugged=_plugged(said, kernel),
        volts=numbers.volts(said.get("voltage", "")) or numbers.volts(file.get("voltage_now", "")),
        amperes=numbers.amperes(file.get("current_now", "")),
    )


def _percent(level: str, scale: str) -> float | None:
    found, whole = numbers.real(level), numbers.positive(scale) or _MOST_PERCENT
    if found is None or not 0 <= found <= whole:
        return None
    return round(found * _MOST_PERCENT / whole, 1)


def _plugged(said: Mapping[str, str], kernel: list[str]) -> bool | None:
    words = [said[name] for name in _PLUGS if said.get(name) in {"true", "false"}]
    if words:
        return "true" in words
    online = [file["online"] for file in files(kernel).values() if _is_charger(file)]
    return any(word != "0" for word in online) if online else None


def _is_charger(file: Mapping[str, str]) -> bool:
    return file.get("type", "Battery").lower() != _BATTERY and "online" in file


def _supply(kernel: list[str]) -> Mapping[str, str]:
    """The files of the battery itself, among those of chargers and gauges."""
    found = {folder.rpartition("/")[2]: file for folder, file in files(kernel).items()}
    batteries = [file for file in found.values() if file.get("type", "").lower() == _BATTERY]
    return found.get(_BATTERY) or next(iter(batteries), {})


def _spoken(word: str) -> str:
    plain = word.strip().lower()
    return plain if plain in _STATUS.values() else ""


def thermal_status(lines: list[str]) -> int | None:
    """Android's own word for how much it holds back, 0 to 6."""
    said = numbers.whole(pairs(lines).get("Thermal Status", ""))
    return said if said is not None and 0 <= said <= _MOST_STATUS else None


def zones(service: list[str], kernel: list[str]) -> tuple[Zone, ...]:
    """Every thermometer that shows something, Android's first; one name once."""
    found: dict[str, Zone] = {}
    for zone in (*_of_service(service), *_of_kernel(kernel)):
        if len(found) < _MOST_ZONES:
            found.setdefault(zone.name, zone)
    return tuple(found.values())


def _of_service(lines: list[str]) -> Iterator[Zone]:
    text = [line.strip() for line in lines]
    # What is read now comes after what was remembered, and is worth more.
    now = next((i for i, line in enumerate(text) if line.startswith("Current temp")), 0)
    for line in text[now:]:
        match = _TEMPERATURE.match(line)
        if match and match[2] not in _NO_HEAT_TYPES:
            yield from _zone(match[3], numbers.celsius(match[1]))


def _of_kernel(lines: list[str]) -> Iterator[Zone]:
    for folder, file in files(lines).items():
        name = file.get("type") or folder.rpartition("/")[2]
        if not _NO_HEAT.match(name):
            yield from _zone(name, numbers.zone_celsius(file.get("temp", "")))


def _zone(name: str, celsius: float | None) -> Iterator[Zone]:
    if celsius is not None and name.strip():
        yield Zone(name=shown(name), celsius=celsius)


def screen(power: list[str], display: list[str]) -> str:
    """`on`, `off` or `dozing`; empty where neither service says it in words that we know."""
    for line in (*power, *display):
        state = re.search(r"(?:Display Power: state=|mScreenState=)(\w+)", line)
        if state and state[1] in _SCREENS:
            return _SCREENS[state[1]]
    return _WAKEFULNESS.get(pairs(power).get("mWakefulness", ""), "")


def saves_power(power: list[str], setting: list[str]) -> bool | None:
    """Is the battery saver on?"""
    said = pairs(power)
    words = [said.get("mLowPowerModeEnabled", ""), said.get("mSettingBatterySaverEnabled", "")]
    words += [line.strip() for line in setting[:1]]
    known = [word in {"true", "1"} for word in words if word in {"true", "false", "1", "0"}]
    return any(known) if known else None

"""The state of a device in few words, a cell of a table each; `-` where it is not known."""

from typing import Final

from sideload.facts import Cluster, PhoneFacts
from sideload.measure import conditions
from sideload.measure.conditions import KHZ_PER_GHZ, STATUSES

UNKNOWN: Final = "-"


def temperature(facts: PhoneFacts) -> str:
    """Its skin's thermometer and the hottest one, by name."""
    zones = dict.fromkeys(
        zone for zone in (conditions.skin(facts), conditions.hottest(facts)) if zone
    )
    return ", ".join(f"{zone.celsius:.1f} °C {zone.name}" for zone in zones) or UNKNOWN


def throttled(facts: PhoneFacts) -> str:
    """How much Android says that it holds back."""
    status = facts.thermal_status
    if status is None:
        return UNKNOWN
    return STATUSES[status] if status else "no"


def battery(facts: PhoneFacts) -> str:
    """Charge, temperature, and what it does."""
    it = facts.battery
    parts = [
        "" if it.percent is None else f"{it.percent:g} %",
        "" if it.celsius is None else f"{it.celsius:.1f} °C",
        it.status,
        "battery saver" if facts.saves_power else "",
    ]
    return " ".join(part for part in parts if part) or UNKNOWN


def frequencies(facts: PhoneFacts) -> str:
    """The highest frequency of each cluster, and what it is held at."""
    return ", ".join(_frequency(each) for each in facts.clusters if each.max_khz) or UNKNOWN


def _frequency(cluster: Cluster) -> str:
    most = f"{(cluster.max_khz or 0) / KHZ_PER_GHZ:.2f} GHz"
    is_held = conditions.is_held_back(cluster)
    speed = f"{(cluster.cap_khz or 0) / KHZ_PER_GHZ:.2f} of {most}" if is_held else most
    return f"{len(cluster.cores)} × {speed}"


def load(facts: PhoneFacts) -> str:
    """The share of all cores that other programs use."""
    return UNKNOWN if facts.load.busy is None else f"{100 * facts.load.busy:.0f} %"


def screen(facts: PhoneFacts) -> str:
    """`on`, `off` or `dozing`."""
    return facts.screen or UNKNOWN

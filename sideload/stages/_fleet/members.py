"""Which phones are meant: all there are, those named, those that meet a condition."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from sideload import transports
from sideload.errors import NoDeviceError, UsageError
from sideload.host import neutral
from sideload.stages import _device, _ways
from sideload.stages._fleet import conditions
from sideload.stages._fleet.conditions import Filter
from sideload.stages._ways import Address
from sideload.values import Device, Target

EVERY: Final = "all"
_MOST_AT_ONCE: Final = 16
_MOST_SHOWN: Final = 10


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What was typed after `--device`: names as they are, or the word for all, or conditions."""

    names: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    is_every: bool = False


@dataclass(frozen=True, kw_only=True)
class Member:
    """One phone of a fleet by the name that reaches it; `is_named` where a person typed that.

    `place` is where it was seen; its name where it was not looked for.
    """

    name: str
    is_named: bool
    place: Address | str
    device: Device | None = None


def one(words: Sequence[str]) -> str | None:
    """The only device that is named, or an empty text where none is; None where a fleet is meant.

    Whether a fleet is meant depends on the words alone, never on how many phones there are.
    """
    given = [word for word in words if word.strip()]
    if not given:
        return ""
    is_plain = len(given) == 1 and "," not in given[0] and given[0] != EVERY
    return given[0] if is_plain and not conditions.is_filter(given[0]) else None


def selection(words: Sequence[str]) -> Selection:
    """Read the words after `--device`, each a name, names with commas, `all`, or conditions.

    Raises:
        UsageError: A word is none of these.
    """
    filters = tuple(conditions.parse(word) for word in words if conditions.is_filter(word))
    plain = [word for word in words if word.strip() and not conditions.is_filter(word)]
    names = [name.strip() for word in plain for name in word.split(",")]
    if not all(names):
        raise UsageError(
            "there is an empty name among the devices", remedy="--device A,B or --device A"
        )
    return Selection(
        names=tuple(dict.fromkeys(name for name in names if name != EVERY)),
        filters=filters,
        is_every=EVERY in names,
    )


def members(target: Target, chosen: Selection) -> tuple[Member, ...]:
    """The phones that are meant, each once; those that are named need not be seen.

    Raises:
        NoDeviceError: Nothing that can be used meets a condition.
    """
    named = {name: Member(name=name, is_named=True, place=name) for name in chosen.names}
    if not (chosen.is_every or chosen.filters):
        return tuple(named.values())
    seen = _ways.attached(target.platform)
    usable = _described([(way, each) for way, each in seen if each.state == "device"])
    found = {
        each.name: each
        for each in usable
        if chosen.is_every or any(one.unmet(_of(each)) is None for one in chosen.filters)
    }
    if not (found or named):
        unusable = [each for _, each in seen if each.state != "device"]
        raise _nothing(target, chosen, [*map(_of, usable), *unusable])
    return tuple((found | named).values())


def _of(member: Member) -> Device:
    if member.device is None:
        raise AssertionError("whoever was described is known")
    return member.device


def _described(usable: Sequence[tuple[str, Device]]) -> list[Member]:
    """The same phones with what they say of themselves: an adb server's list holds too little."""

    def described(seen: tuple[str, Device]) -> Member:
        way, device = seen
        if device.abi == "unknown":
            device = transports.get(way).describe(device.serial)
        place = Address(transport=way, serial=device.serial)
        return Member(name=device.serial, is_named=False, place=place, device=device)

    with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        return [each for each in pool.map(described, usable) if _of(each).state == "device"]


def _nothing(target: Target, chosen: Selection, seen: Sequence[Device]) -> NoDeviceError:
    why = [f"{each.serial} {_reason(each, chosen)}" for each in seen[:_MOST_SHOWN]]
    asked = " or ".join(map(str, chosen.filters)) or f"the target {target.name}"
    problem = f"no device that can be used meets {asked}" + (f": {'; '.join(why)}" if why else "")
    return NoDeviceError(neutral.line(problem), remedy=f"sideload devices; {_device.ATTACH}")


def _reason(device: Device, chosen: Selection) -> str:
    if device.state != "device":
        return f"is {device.state}"
    unmet = next(filter(None, (each.unmet(device) for each in chosen.filters)), None)
    if unmet is None:
        return "is there"
    said = conditions.known(device, unmet.field)
    return f"has {unmet.field} {said!r}" if said else f"does not say its {unmet.field}"

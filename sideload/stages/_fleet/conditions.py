"""Conditions on phones, as they are typed: `model=Pixel*,sdk>=33`."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, TypeAlias

from sideload.errors import UsageError
from sideload.host import neutral
from sideload.values import Device

_MOST_CHARACTERS: Final = 500
_SHOWN: Final = 60
_UNKNOWN: Final = "unknown"
_EXAMPLE: Final = "--device 'model=Pixel*,sdk>=33'"

_CONDITION: Final = re.compile(r"\s*([^\s=!<>]*)\s*(!=|>=|<=|=|>|<)(.*)", re.DOTALL)
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,3}", re.ASCII)
_Number: TypeAlias = tuple[int, ...]
_ORDERS: Final[Mapping[str, Callable[[_Number, _Number], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
# What a phone says of itself, by the name that a condition gives it.
_READ: Final[Mapping[str, Callable[[Device], str]]] = {
    "serial": lambda device: device.serial,
    "model": lambda device: device.model,
    "abi": lambda device: device.abi,
    "transport": lambda device: device.transport,
    "simulated": lambda device: "yes" if device.simulated else "no",
}
_ORDERED: Final = frozenset({"sdk", "release"})
FIELDS: Final[Mapping[str, str]] = {
    "serial": "what reaches it, as `devices` lists it",
    "model": "as in `Pixel 9`",
    "manufacturer": "as in `Google`",
    "soc": "its processor, as in `SM8650`",
    "board": "its hardware platform, as in `zuma`",
    "abi": "its instruction set, `arm64-v8a` or `x86_64`",
    "sdk": "the API level of its Android, a number",
    "release": "the version of its Android, a number such as `15` or `8.1`",
    "transport": "by which it is reached",
    "simulated": "`yes` or `no`",
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One field of a phone, compared with what was typed; a phone that does not say never meets it.

    `=` and `!=` take `*`, `?` and `[…]`, without regard to upper and lower case; the others compare
    numbers.
    """

    field: str
    operator: str
    value: str

    def holds(self, device: Device) -> bool:
        """Whether the phone is known to meet it."""
        said = known(device, self.field)
        if not said:
            return False
        if self.operator in _ORDERS:
            theirs, ours = _number(said), _number(self.value)
            return None not in {theirs, ours} and _ORDERS[self.operator](theirs or (), ours or ())
        is_alike = fnmatchcase(said.casefold(), self.value.casefold())
        return is_alike is (self.operator == "=")

    def __str__(self) -> str:
        return f"{self.field}{self.operator}{self.value}"


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Conditions that a phone has to meet one and all."""

    conditions: tuple[Condition, ...]

    def unmet(self, device: Device) -> Condition | None:
        """The first condition that the phone does not meet."""
        return next((each for each in self.conditions if not each.holds(device)), None)

    def __str__(self) -> str:
        return ",".join(map(str, self.conditions))


def is_filter(text: str) -> bool:
    """Whether a word after `--device` holds conditions, and not names."""
    return bool(set(text) & set("=<>"))


def parse(text: str) -> Filter:
    """The conditions in `text`, between commas.

    Raises:
        UsageError: One is none; the message says which, and what there is.
    """
    if len(text) > _MOST_CHARACTERS:
        raise _misused(f"a filter of {len(text)} characters is too long")
    return Filter(conditions=tuple(_condition(part) for part in text.split(",")))


def known(device: Device, field: str) -> str:
    """What the phone says in a field; empty where it does not."""
    said = _READ[field](device) if field in _READ else device.facts.get(field, "")
    return "" if said == _UNKNOWN else said


def _condition(part: str) -> Condition:
    found = _CONDITION.fullmatch(part)
    if found is None:
        raise _misused(f"{_quoted(part)} is no condition")
    field, compares, value = found[1].casefold(), found[2], found[3].strip()
    if field not in FIELDS:
        raise _misused(f"{_quoted(part)}: phones have no field {_quoted(found[1])}")
    if not value:
        raise _misused(f"{_quoted(part)} compares with nothing")
    if set(value) & set("=<>"):
        raise _misused(f"{_quoted(part)} compares twice")
    if compares in _ORDERS and field not in _ORDERED:
        raise _misused(f"{_quoted(part)}: only {' and '.join(sorted(_ORDERED))} are numbers")
    if compares in _ORDERS and _number(value) is None:
        raise _misused(f"{_quoted(part)}: {_quoted(value)} is no number")
    return Condition(field=field, operator=compares, value=value)


def _number(text: str) -> _Number | None:
    if not _NUMBER.fullmatch(text):
        return None
    parts = [int(part) for part in text.split(".")]
    while parts[1:] and not parts[-1]:
        parts.pop()  # 8.0 is 8
    return tuple(parts)


def _quoted(text: str) -> str:
    return repr(neutral.line(text.strip()[:_SHOWN]))


def _misused(problem: str) -> UsageError:
    return UsageError(problem, remedy=f"{_EXAMPLE}; the fields are {', '.join(FIELDS)}")

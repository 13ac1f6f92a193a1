"""Numbers as devices write them, in one unit; None for what is none, or cannot be true."""

import re
from typing import Final

_WHOLE: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
# Some phones write numbers as their language does.
_REAL: Final = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,18})?", re.ASCII)
# What a thermometer in a phone that still works can show, in degrees Celsius.
_COLDEST: Final = -40.0
_HOTTEST: Final = 130.0
_TENTHS_FROM: Final = 150
_THOUSANDTHS_FROM: Final = 1000
_LEAST_VOLTS: Final = 2.0
_MOST_VOLTS: Final = 30.0
_MOST_MILLIAMPERES: Final = 15_000
_MOST_AMPERES: Final = 20.0
_MILLI: Final = 1e3
_MICRO: Final = 1e6


def whole(text: str) -> int | None:
    """A whole number, such as `2850000`."""
    return int(text) if _WHOLE.fullmatch(text.strip()) else None


def positive(text: str) -> int | None:
    """A whole number above zero: sizes, frequencies and counts for which zero says nothing."""
    found = whole(text)
    return found if found and found > 0 else None


def real(text: str) -> float | None:
    """A number that may have a fraction, after a point or a comma."""
    plain = text.strip()
    return float(plain.replace(",", ".")) if _REAL.fullmatch(plain) else None


def zone_celsius(text: str) -> float | None:
    """A kernel's thermometer, which is in thousandths of a degree, or tenths, or degrees.

    Zero and what lies outside all reason say that there is no sensor, or that it is off.
    """
    found = real(text)
    if found is None:
        return None
    if abs(found) >= _THOUSANDTHS_FROM:
        found /= _MILLI
    elif found < 0:
        return None  # colder than a phone gets, in either unit
    elif found >= _TENTHS_FROM:
        found /= 10
    return _reasonable(found)


def battery_celsius(text: str) -> float | None:
    """A battery's thermometer, which is in tenths of a degree, or on some phones in thousandths."""
    found = real(text)
    if found is None:
        return None
    return _reasonable(found / (_MILLI if abs(found) > _HOTTEST * 10 else 10))


def celsius(text: str) -> float | None:
    """A temperature that is in degrees already."""
    found = real(text)
    return None if found is None else _reasonable(found)


def volts(text: str) -> float | None:
    """A battery's voltage, given in millionths, thousandths or whole volts."""
    found = real(text)
    if found is None:
        return None
    for unit in (1.0, _MILLI, _MICRO):
        if _LEAST_VOLTS <= found / unit <= _MOST_VOLTS:
            return found / unit
    return None


def amperes(text: str) -> float | None:
    """A battery's current, given in millionths or thousandths of an ampere."""
    found = real(text)
    if found is None:
        return None
    found /= _MICRO if abs(found) > _MOST_MILLIAMPERES else _MILLI
    return found if abs(found) <= _MOST_AMPERES else None


def _reasonable(degrees: float) -> float | None:
    return round(degrees, 2) if _COLDEST <= degrees <= _HOTTEST and degrees != 0 else None

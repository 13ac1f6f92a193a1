"""Sizes and times as people write them: three digits and a unit."""

import re
from typing import Final

SIZES: Final = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
TIMES: Final = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"))
WRITTEN: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?(kB|MB|GB)")
WHOLE: Final = 100
TENTHS: Final = 10


def size(size_bytes: float) -> str:
    """Bytes in decimal units, such as `1.43 MB`."""
    for factor, unit in SIZES:
        if size_bytes >= factor:
            return f"{_three_digits(size_bytes / factor)} {unit}"
    return f"{size_bytes:.0f} B"


def parse_size(text: str) -> int | None:
    """The bytes of a size such as `500 MB` or `1.5 GB`; None where it is none, or nothing."""
    match = WRITTEN.fullmatch(text)
    if match is None:
        return None
    factors = {unit: factor for factor, unit in SIZES}
    return round(float(match[1]) * factors[match[2]]) or None


def duration(time_ns: float) -> str:
    """Nanoseconds in the unit that suits, such as `2.31 ms`."""
    for factor, unit in TIMES:
        if time_ns >= factor:
            return f"{_three_digits(time_ns / factor)} {unit}"
    return f"{time_ns:.0f} ns"


def seconds(time_s: float) -> str:
    """Seconds as a person waits for them, such as `3.2 s` or `2 min 05 s`."""
    if time_s < WHOLE:
        return f"{time_s:.1f} s"
    minutes, rest = divmod(round(time_s), 60)
    return f"{minutes} min {rest:02d} s"


def _three_digits(value: float) -> str:
    if value >= WHOLE:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= TENTHS else f"{value:.2f}"

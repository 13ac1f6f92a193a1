"""The time of day and a clock that only moves forward; nothing else here reads either."""

import datetime as dt
import time
from typing import Final


def now_utc() -> str:
    """This moment in ISO 8601, to the second: `2031-05-04T03:02:01Z`."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Read when the program starts: what was measured before is of an earlier run.
STARTED_UTC: Final = now_utc()


def monotonic_s() -> float:
    """Seconds since some moment, never going back."""
    return time.monotonic()


def unix_ns() -> int:
    """Nanoseconds since 1970, to compare with the stamps of files."""
    return time.time_ns()

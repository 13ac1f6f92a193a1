"""The single inferences behind a summary, from the raw lines that were kept."""

from typing import Final

from sideload.errors import HostFileError
from sideload.host import files
from sideload.measure import lines
from sideload.values import TimingLog

LIMIT_BYTES: Final = 2**28


def warm_ns(timing: TimingLog) -> list[int]:
    """Every timed inference in order, in nanoseconds; empty where the log is gone."""
    try:
        raw = files.read_bytes(timing.log, limit_bytes=LIMIT_BYTES)
    except HostFileError:
        return []
    events = lines.parse(raw).of("iteration")
    return [event["ns"] for event in events if event["phase"] == "warm"]

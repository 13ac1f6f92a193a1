"""Phones that failed again and again, left alone for a while; remembered on this machine.

One small file for each phone that has failed since it last succeeded.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError
from sideload.host import cache, clock, files, jsonfile
from sideload.values import FleetPlan

KIND: Final = "quarantine"
_MOST_REASON: Final = 300
_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, kw_only=True)
class Record:
    """A phone's failures in a row; it is in quarantine until `until`, if that is not empty."""

    name: str
    failures: int
    reason: str
    until: str = ""

    @property
    def sentence(self) -> str:
        """What a person is told."""
        times = f"it failed {self.failures} times in a row"
        return f"in quarantine until {self.until}: {times}, at last because {self.reason}"


def of(name: str) -> Record | None:
    """Why the phone is in quarantine, if it is now."""
    record = _read(_place(name))
    return record if record is not None and record.until > clock.now_utc() else None


def every() -> dict[str, Record]:
    """All phones that are in quarantine now, by name."""
    found = (_read(path) for path in cache.folder(KIND).glob("*.json"))
    now = clock.now_utc()
    return {each.name: each for each in found if each is not None and each.until > now}


def failed(name: str, reason: str, plan: FleetPlan) -> Record:
    """Count a failure of the phone; at the last that the plan allows, its quarantine begins."""
    place = _place(name)
    before = _read(place)
    failures = 1 if before is None else before.failures + 1
    is_enough = 0 < plan.quarantine_after <= failures
    record = Record(
        name=name,
        failures=failures,
        reason=" ".join(reason.split())[:_MOST_REASON],
        until=_later(plan.quarantine_s) if is_enough else "",
    )
    files.write_text(place, jsonfile.dump(record))
    return record


def lift(name: str) -> None:
    """Forget what the phone did: it succeeded, or somebody named it."""
    _place(name).unlink(missing_ok=True)


def _read(place: Path) -> Record | None:
    # A file that is not ours, or of an older version, holds nothing against a phone.
    try:
        return jsonfile.load(Record, files.read_text(place)) if place.is_file() else None
    except HostFileError:
        return None


def _place(name: str) -> Path:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return cache.folder(KIND) / f"{digest}.json"


def _later(seconds: float) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).strftime(_FORMAT)

"""Which phones of a fleet have finished: kept among the artifacts, so that a run can be resumed."""

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sideload.errors import HostFileError
from sideload.host import clock, files, jsonfile, places
from sideload.stages import _keys
from sideload.stages._fleet.crew import Outcome
from sideload.stages._items import Item
from sideload.values import Target

FOLDER: Final = "fleets"
# What was measured longer ago is not part of what is measured today.
RESUMED_WITHIN: Final = dt.timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Phone:
    """One phone's last outcome; `reason` is empty where it is done."""

    name: str
    state: str
    attempts: int
    seconds: float
    ended: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One command for a fleet; `is_complete` when every phone was done."""

    command: str
    target: str
    items: tuple[str, ...]
    started: str
    phones: tuple[Phone, ...] = ()
    is_complete: bool = False


class Record:
    """The file of one command for the same items; written whenever a phone is over."""

    def __init__(self, command: str, target: Target, items: Sequence[Item]) -> None:
        labels = tuple(item.label for item in items)
        name = f"{target.name}-{command}-{_keys.digest([target.name, command, labels])[:12]}"
        self._path = places.artifacts() / FOLDER / f"{name}.json"
        self._lock = threading.Lock()
        fresh = Run(command=command, target=target.name, items=labels, started=clock.now_utc())
        self._run = _open_run(self._path) or fresh
        self.finished = frozenset(each.name for each in self._run.phones if each.state == "done")

    def keep(self, outcome: Outcome[Any]) -> None:
        """Remember what became of a phone."""
        made = Phone(
            name=outcome.name,
            state=outcome.state,
            attempts=outcome.attempts,
            seconds=round(outcome.seconds, 3),
            ended=clock.now_utc(),
            reason=outcome.errors[0].problem if outcome.errors else "",
        )
        with self._lock:
            others = tuple(each for each in self._run.phones if each.name != made.name)
            self._run = replace(self._run, phones=(*others, made))
            self._write()

    def close(self) -> None:
        """The run is over: where every phone is done, the next one begins anew."""
        with self._lock:
            is_complete = all(each.state == "done" for each in self._run.phones)
            self._run = replace(self._run, is_complete=is_complete)
            self._write()

    def _write(self) -> None:
        files.new_folder(self._path.parent)
        files.write_text(self._path, jsonfile.dump(self._run))


def _open_run(path: Path) -> Run | None:
    """The run that was interrupted, or in which a phone failed, if that is not long ago."""
    try:
        found = jsonfile.load(Run, files.read_text(path)) if path.is_file() else None
    except HostFileError:
        return None
    since = (dt.datetime.now(dt.UTC) - RESUMED_WITHIN).strftime("%Y-%m-%dT%H:%M:%SZ")
    return found if found and not found.is_complete and found.started > since else None

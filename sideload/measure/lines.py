"""Timing lines as events: strict, because a device may print anything between and inside them.

A line is the mark `sideload:1 ` and one JSON object. It is torn where it is anything less: cut,
interleaved with another, not UTF-8, with a checksum that does not hold, without the checksum that
other lines of its run have, with a number that is none, or a repetition. A torn line is counted and
gives no number. Lines without the mark are foreign.
"""

import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeAlias

from sideload.values import LINE_MARK

Event: TypeAlias = Mapping[str, Any]

MARK: Final = LINE_MARK.encode()
LONGEST_LINE_BYTES: Final = 65_536
MOST: Final = 2**63 - 1
CHECKED: Final = re.compile(r'\{(.*),"crc":"([0-9a-f]{8})"\}', re.DOTALL)
SHA256: Final = re.compile("[0-9a-f]{64}")
PHASES: Final = frozenset({"warmup", "warm"})


@dataclass(frozen=True, kw_only=True)
class Log:
    """What was read of one run, in order.

    `complete` says that the run said goodbye and that no line which it counted is missing.
    """

    events: tuple[Event, ...]
    foreign_lines: int
    torn_lines: int
    complete: bool

    def of(self, event: str) -> tuple[Event, ...]:
        """Every event of that name."""
        return tuple(one for one in self.events if one["event"] == event)


def parse(raw: bytes, *, run: str | None = None) -> Log:
    """The events in what a runner printed.

    Args:
        raw: Everything from its standard output, as it came.
        run: The run whose events are wanted; others' lines are foreign. Without it, the run of the
            first whole line.
    """
    lines = [(line, _event(line)) for line in _lines(raw)]
    broken = [line for line, event in lines if event is None]
    whole = [event for _, event in lines if event is not None]
    wanted = run if run is not None else whole[0]["run"] if whole else ""
    ours = [event for event in whole if event["run"] == wanted]
    # A line that lost its end lost its checksum too, and may still be good JSON.
    checked = [event for event in ours if "crc" in event] or ours
    first: dict[Any, Event] = {}
    for event in checked:
        first.setdefault(_identity(event), event)
    events = tuple(first.values())
    # The mark inside a line means that something else was printed into ours.
    torn = sum(line.count(MARK) for line in broken)
    return Log(
        events=events,
        foreign_lines=len(whole) - len(ours) + sum(MARK not in line for line in broken),
        torn_lines=torn + len(ours) - len(events),
        complete=_is_complete(events),
    )


def _lines(raw: bytes) -> Iterator[bytes]:
    # A pseudo-terminal on the way ends lines with a carriage return as well.
    stripped = (line.rstrip(b"\r") for line in raw.split(b"\n"))
    return (line for line in stripped if line)


def _event(line: bytes) -> Event | None:
    body = line.removeprefix(MARK)
    if len(line) > LONGEST_LINE_BYTES or MARK in body:
        return None
    try:
        text = body.decode("utf-8")
        event = json.loads(
            text, parse_float=_finite, parse_constant=_refuse, object_pairs_hook=_distinct
        )
        # JSON can spell half a character, which no file could hold.
        json.dumps(event, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not _is_whole(text, event) or not _is_sound(event):
        return None
    return event


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError(pairs)
    return fields


def _is_whole(text: str, event: Event) -> bool:
    # Digits lost in the middle of a number leave good JSON behind; the checksum tells.
    if "crc" not in event:
        return True
    checked = CHECKED.fullmatch(text)
    return checked is not None and f"{zlib.crc32(checked[1].encode()):08x}" == checked[2]


def _is_sound(event: Event) -> bool:
    named = isinstance(event.get("run"), str) and isinstance(event.get("event"), str)
    wanted = FIELDS.get(event["event"], {}) if named else {}
    return named and all(holds(event.get(field)) for field, holds in wanted.items())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _is_shape(value: object) -> bool:
    return isinstance(value, list) and all(_is_count(size) for size in value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def _is_phase(value: object) -> bool:
    return isinstance(value, str) and value in PHASES


def _are_counts(value: object) -> bool:
    return isinstance(value, dict) and all(_is_count(count) for count in value.values())


# What each event must have to be used; other events and other fields are kept as they are.
FIELDS: Final[Mapping[str, Mapping[str, Callable[[object], bool]]]] = {
    "load": {"ns": _is_count},
    "first": {"ns": _is_count},
    "iteration": {"phase": _is_phase, "index": _is_count, "ns": _is_count},
    "memory": {"peak_bytes": _is_count},
    "output": {
        "sample": _is_count,
        "index": _is_count,
        "dtype": _is_text,
        "shape": _is_shape,
        "sha256": _is_digest,
        "file": _is_text,
    },
    "error": {"message": _is_text},
    "bye": {"counts": _are_counts},
}
IDENTITIES: Final = {
    "iteration": ("phase", "index"),
    "output": ("sample", "index"),
    "load": (),
    "first": (),
    "bye": (),
}


def _identity(event: Event) -> tuple[object, ...]:
    name = event["event"]
    if name in IDENTITIES:
        return (name, *(event[field] for field in IDENTITIES[name]))
    return (name, json.dumps(event, sort_keys=True))


def _is_complete(events: Sequence[Event]) -> bool:
    if not events or events[-1]["event"] != "bye":
        return False
    return Counter(event["event"] for event in events[:-1]) == Counter(events[-1]["counts"])

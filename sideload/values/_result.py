"""What a phone measured and a person is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sideload.facts import PhoneFacts
from sideload.values._artifact import Artifact
from sideload.values._device import Deployment


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Percentiles of the steady-state iterations, in nanoseconds."""

    p50: int
    p90: int
    p99: int
    count: int


@dataclass(frozen=True, kw_only=True)
class TimingLog:
    """What one run of a runner measured; `log` holds the raw lines.

    `load_ns` and `first_ns` are wall time on the device's monotonic clock; `peak_bytes` is the
    process's peak resident memory. `complete` is false where the log has no `bye`. `before` and
    `after` are the state of the device; None in a log of an older version.
    """

    log: Path
    load_ns: int
    first_ns: int
    latency_ns: Latency
    peak_bytes: int
    output_sha256: str
    complete: bool
    hello: Mapping[str, Any] = field(default_factory=dict)
    operators: tuple[Mapping[str, Any], ...] = ()
    foreign_lines: int = 0
    torn_lines: int = 0
    measured_at: str = ""
    before: PhoneFacts | None = None
    after: PhoneFacts | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """How far one artifact came: on a device, and what it takes there."""

    artifact: Artifact
    deployment: Deployment
    timing: TimingLog | None


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something that this machine has or lacks; `remedy` is what to type where it lacks it."""

    name: str
    found: str
    ok: bool
    needed_for: str
    remedy: str = ""

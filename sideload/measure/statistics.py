"""What a log says: times, percentiles, memory and answers, or why it cannot be trusted."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sideload.errors import RunnerError
from sideload.measure.lines import Event, Log
from sideload.values import Latency, TimingLog

RUN_AGAIN: Final = "run it again; the raw lines are in the log"
# By the kind that a runner gives its error line.
REMEDIES: Final[Mapping[str, str]] = {
    "model": "export the model again, for the runtime's own version",
    "input": "compare the inputs with the artifact's signature",
    "output": "make room on the device, or check the permissions of its folder",
    "usage": "sideload clean, then deploy again: the runner and its caller differ in version",
}


@dataclass(frozen=True, kw_only=True)
class Output:
    """One answer as the runner described it: output `index` of sample `sample`.

    `name` is empty where the runtime knows none. Which file it is in is what the runner was told,
    not what it says.
    """

    sample: int
    index: int
    name: str
    dtype: str
    shape: tuple[int, ...]
    sha256: str


def summary(
    log: Log,
    path: Path,
    *,
    operators: Sequence[Mapping[str, Any]] = (),
    measured_at: str = "",
) -> TimingLog:
    """The figures in `log`, whose raw lines are in the file `path`.

    Raises:
        RunnerError: The runner reported an error, or the log lacks a figure.
    """
    check(log)
    return TimingLog(
        log=path,
        load_ns=_only(log, "load")["ns"],
        first_ns=_only(log, "first")["ns"],
        latency_ns=_latency(log),
        peak_bytes=max(event["peak_bytes"] for event in _some(log, "memory")),
        output_sha256=_digest(outputs(log)),
        complete=log.complete,
        hello=_facts(log),
        operators=tuple(operators),
        foreign_lines=log.foreign_lines,
        torn_lines=log.torn_lines,
        measured_at=measured_at,
    )


def check(log: Log) -> None:
    """Raise what the runner reported, if it reported an error.

    Raises:
        RunnerError: With the runner's own words.
    """
    for error in log.of("error"):
        kind = error.get("kind")
        raise RunnerError(
            f"the runner failed: {error['message']}",
            remedy=REMEDIES.get(str(kind), RUN_AGAIN),
        )


def outputs(log: Log) -> tuple[Output, ...]:
    """Every answer, by sample and index.

    Raises:
        RunnerError: One is missing before another.
    """
    found = sorted((_output(event) for event in log.of("output")), key=_place)
    expected = [(0, 0)]
    for output in found:
        if _place(output) not in expected:
            raise RunnerError(
                f"an answer before output {output.index} of sample {output.sample} is missing",
                remedy=RUN_AGAIN,
            )
        expected = [(output.sample, output.index + 1), (output.sample + 1, 0)]
    return tuple(found)


def percentile(sorted_values: Sequence[int], percent: int) -> int:
    """The nearest-rank percentile: the least value that `percent` % of all do not exceed.

    It is always one of the values. Of fewer than 100 values, the 99th percentile is the greatest.
    """
    rank = math.ceil(len(sorted_values) * percent / 100)
    return sorted_values[max(rank, 1) - 1]


def _latency(log: Log) -> Latency:
    times = sorted(event["ns"] for event in log.of("iteration") if event["phase"] == "warm")
    if not times:
        raise _lacking("iteration")
    return Latency(
        p50=percentile(times, 50),
        p90=percentile(times, 90),
        p99=percentile(times, 99),
        count=len(times),
    )


def _facts(log: Log) -> Mapping[str, Any]:
    # The model's own hash and the goodbye come last, yet say what was measured just as well.
    facts: dict[str, Any] = {}
    for event in (*log.of("hello"), *log.of("model"), *log.of("bye")):
        facts.update(event)
    for passing in ("run", "event", "crc", "counts"):
        facts.pop(passing, None)
    return facts


def _output(event: Event) -> Output:
    return Output(
        sample=event["sample"],
        index=event["index"],
        name=str(event.get("name", "")),
        dtype=event["dtype"],
        shape=tuple(event["shape"]),
        sha256=event["sha256"],
    )


def _place(output: Output) -> tuple[int, int]:
    return output.sample, output.index


def _digest(answers: Sequence[Output]) -> str:
    """SHA-256 over the answers' own, in order; two runs that answer alike have the same."""
    return hashlib.sha256("\n".join(answer.sha256 for answer in answers).encode()).hexdigest()


def _only(log: Log, name: str) -> Event:
    return _some(log, name)[0]


def _some(log: Log, name: str) -> tuple[Event, ...]:
    found = log.of(name)
    if not found:
        raise _lacking(name)
    return found


def _lacking(name: str) -> RunnerError:
    return RunnerError(f"the log has no line `{name}`: the runner did not finish", remedy=RUN_AGAIN)

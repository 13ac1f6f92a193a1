"""The same model on the same device, measured by a program of the shell and by an app."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sideload.host.quantities import duration, size
from sideload.reports import _figures
from sideload.values import Result, TimingLog

HEADER: Final = (
    *("model", "runtime", "precision", "device", "p50 shell", "p50 app", "app / shell"),
    *("p90 shell", "p90 app", "load shell", "load app", "peak shell", "peak app"),
)
SAID: Final = (
    "Shell and app: the same model on the same device; in an app the runtime is called from "
    "Kotlin, in a process that Android has started and may hold back."
)
# Each target exports for itself, and a cast for Kotlin or another version makes another file.
OTHER_FILES: Final = "Not the same file in both, so the ratio is of more than the app: {models}."


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Two measurements of one thing."""

    shell: Result
    app: Result

    @property
    def times(self) -> tuple[TimingLog, TimingLog]:
        """Those of the shell, and those of the app."""
        if self.shell.timing is None or self.app.timing is None:
            raise AssertionError("`sides` takes none without")
        return self.shell.timing, self.app.timing

    @property
    def ratio(self) -> float:
        """How many times longer the app takes, by the median."""
        shell, app = self.times
        return app.latency_ns.p50 / max(1, shell.latency_ns.p50)

    @property
    def is_one_file(self) -> bool:
        """Whether the two had the very same model file."""
        return self.shell.artifact.file.sha256 == self.app.artifact.file.sha256


def sides(found: Sequence[Result], others: Sequence[Result] = ()) -> list[Sides]:
    """Every pair with one of `found` in it; its other half may be among `others`."""
    known: dict[tuple[str, ...], dict[str, Result]] = {}
    for each in (*others, *found):
        if each.timing is not None:
            known.setdefault(_thing(each), {})[each.deployment.run] = each
    wanted = dict.fromkeys(_thing(each) for each in found)
    pairs = [known[thing] for thing in wanted if {"shell", "app"} <= known.get(thing, {}).keys()]
    return [Sides(shell=pair["shell"], app=pair["app"]) for pair in pairs]


def said(pairs: Sequence[Sides]) -> str:
    """What to know about the table."""
    models = dict.fromkeys(pair.app.artifact.model for pair in pairs if not pair.is_one_file)
    others = OTHER_FILES.format(models=", ".join(models))
    return f"{SAID} {others}" if models else SAID


def cells(pair: Sides) -> tuple[str, ...]:
    """One row of the table."""
    shell, app = pair.times
    made = pair.app.artifact
    return (
        made.model,
        made.runtime,
        _figures.precision(made),
        _device(pair.app),
        duration(shell.latency_ns.p50),
        duration(app.latency_ns.p50),
        f"{pair.ratio:.2f}",
        duration(shell.latency_ns.p90),
        duration(app.latency_ns.p90),
        duration(shell.load_ns),
        duration(app.load_ns),
        size(shell.peak_bytes),
        size(app.peak_bytes),
    )


def document(pair: Sides) -> dict[str, Any]:
    """The same for programs; times in nanoseconds."""
    made = pair.app.artifact
    return {
        "model": made.model,
        "runtime": made.runtime,
        "precision": made.precision,
        "scheme": made.scheme,
        "device": pair.app.deployment.device.serial,
        "shell": _told(pair.times[0]),
        "app": _told(pair.times[1]),
        "app_to_shell_p50": pair.ratio,
        "same_file": pair.is_one_file,
    }


def _told(timing: TimingLog) -> dict[str, Any]:
    return {
        "load_ns": timing.load_ns,
        "first_ns": timing.first_ns,
        "latency_ns": timing.latency_ns,
        "peak_bytes": timing.peak_bytes,
        "measured_at": timing.measured_at,
    }


def _thing(result: Result) -> tuple[str, ...]:
    made = result.artifact
    return (made.model, made.runtime, made.precision, made.scheme, _device(result))


def _device(result: Result) -> str:
    """The device's own number: its address may be another one each time."""
    device = result.deployment.device
    return device.facts.get("serial") or device.serial

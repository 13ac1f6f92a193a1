"""One run of an app: what to measure in, lines and answers out."""

import contextlib
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sideload.errors import DeviceCommandError, DeviceError, RunnerError
from sideload.measure import lines, statistics
from sideload.stages import _endings
from sideload.stages._app import exchange, installing
from sideload.stages._app.watching import Watch, watched
from sideload.stages._samples import Answers
from sideload.transports import Connection
from sideload.values import Apk, Dimension, MeasurementPlan, Signature

# A simulated phone starts a whole JVM, and others may be busy beside it.
START_S: Final = 180.0
READY: Final = frozenset({"ready", "error"})
OVER: Final = frozenset({"bye", "error"})
KILLED: Final = 137
CRASHED: Final = 134
LOW_MEMORY: Final = ("lowmemorykiller", "lmk", "low memory", "Kill '")
GOODBYE: Final = b'"event":"bye"'


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One run: `names` are those of the inputs, which are in the folder `work` of the device."""

    run: str
    model: str
    samples: Sequence[Answers]
    names: Sequence[str]
    signature: Signature
    plan: MeasurementPlan
    work: str


@contextmanager
def run(
    connection: Connection, app: Apk, directory: str, ask: Ask, *, silence_s: float
) -> Iterator[tuple[bytes, lines.Log]]:
    """Install the app if need be, run it once, and give what it said; its answers are in `work`.

    Raises:
        InstallError, DeviceFullError: The device does not take it.
        RunnerError: It did not start, failed, or what it said cannot be trusted.
        DeviceError: As the connection says.
    """
    installing.install(connection, app, directory)
    try:
        with watched(connection, ask.run, app.package) as watch:
            _start(connection, app, ask)
            kept = _worked(connection, app, ask, watch, silence_s)
        yield _read(watch, kept, ask.run)
    finally:
        with contextlib.suppress(DeviceError):
            connection.run(f"am force-stop {shlex.quote(app.package)}")


def _start(connection: Connection, app: Apk, ask: Ask) -> None:
    plan = ask.plan
    numbers = {
        "threads": plan.threads,
        "warmup": plan.warmup,
        "warmup_ms": plan.warmup_ms,
        "iterations": plan.iterations,
        "samples": len(ask.samples),
    }
    words = ["am", "start", "-W", "-S", "-n", f"{app.package}/{app.activity}"]
    words += ["--es", "model", ask.model, "--es", "run", ask.run]
    for name, number in numbers.items():
        words += ["--ei", name, str(number)]
    done = connection.run(shlex.join(words), timeout_s=START_S)
    said = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
    if done.exit_code != 0 or "Error" in said:
        raise RunnerError(
            f"the app does not start: {said.strip()}",
            remedy="adb logcat -d -s ActivityTaskManager AndroidRuntime, which says why",
        )


def _worked(connection: Connection, app: Apk, ask: Ask, watch: Watch, silence_s: float) -> bytes:
    """Give the app its inputs when it is ready, wait for its end, and fetch what it kept."""
    if watch.until(READY, silence_s=min(silence_s, START_S)) == "ready":
        way = exchange.reach(connection, app.package, ask.run)
        exchange.lay(connection, way, ask.work, ask.names, _go(ask))
        watch.until(OVER, silence_s=silence_s)
        return exchange.fetch(connection, way, ask.work)
    # It ended before it wanted anything; whatever it could still say is of use.
    with contextlib.suppress(DeviceCommandError):
        return exchange.fetch(
            connection, exchange.reach(connection, app.package, ask.run), ask.work
        )
    return b""


def _go(ask: Ask) -> str:
    """For each sample one line: the sizes of its axes that are chosen at run time."""
    return "".join(f"{_sizes(ask.signature, sample)}\n" for sample in ask.samples)


def _sizes(signature: Signature, sample: Answers) -> str:
    found: dict[str, int] = {}
    for spec, array in zip(signature.inputs, sample, strict=True):
        for axis, size in zip(spec.shape, array.shape, strict=True):
            if isinstance(axis, Dimension):
                found.setdefault(axis.name, size)
    return ",".join(map(str, found.values()))


def _read(watch: Watch, kept: bytes, run: str) -> tuple[bytes, lines.Log]:
    """What the file has; or what file and log have together, where the file is not whole."""
    raw = kept
    log = lines.parse(raw, run=run)
    if not log.complete:
        raw = _merged(kept, watch.raw)
        log = lines.parse(raw, run=run)
    statistics.check(log)
    if log.complete:
        return raw, log
    words = watch.last_words()
    killed = any(word in words for word in LOW_MEMORY)
    raise RunnerError(
        f"the app ended too early, after {len(log.events)} whole and {log.torn_lines} torn lines; "
        f"the phone's last words were:\n{words}",
        remedy=_endings.remedy(KILLED if killed else CRASHED, words),
    )


def _merged(kept: bytes, logged: Sequence[bytes]) -> bytes:
    """Either may lack lines, and neither makes any up; the goodbye comes last."""
    found = dict.fromkeys([*filter(None, kept.split(b"\n")), *logged])
    in_order = sorted(found, key=lambda line: GOODBYE in line)
    return b"".join(line + b"\n" for line in in_order)

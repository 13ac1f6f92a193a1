"""Stage 6: what a device takes to do it, measured by the runner and kept as it was printed."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from sideload import runners
from sideload.facts import PhoneFacts
from sideload.host import clock, console, files
from sideload.measure import statistics
from sideload.stages import _keys
from sideload.stages._facts import facts
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall, remember
from sideload.stages._outcome import Outcome
from sideload.stages._run import run
from sideload.stages._samples import Answers, samples
from sideload.stages.deploy import device_name
from sideload.transports import Connection
from sideload.values import LINE_MARK, Bundle, Deployment, Device, MeasurementPlan, TimingLog

STAGE: Final = "6-profile"
LOG_FILE: Final = "timing.log"
OPERATORS_FILE: Final = "operators.log"
# Tracing costs time of its own, so a few runs are enough to see where the time goes.
OPERATOR_PASS: Final = MeasurementPlan(warmup=2, warmup_ms=0, iterations=5)


def look(item: Item, deployment: Deployment) -> Look[TimingLog]:
    """The log of the last measurement, if it measured the same thing on the same device."""
    return recall(_folder(item, deployment.device), TimingLog, _parts(item, deployment))


def profile(
    item: Item, bundle: Bundle, deployment: Deployment, connection: Connection, *, anew: bool
) -> TimingLog:
    """Measure, unless there is a log of the same and `anew` is false.

    Raises:
        RunnerError: The runner failed, or its log cannot be trusted.
        DeviceError: As the connection says.
    """
    found = look(item, deployment)
    if found.value is not None and not anew:
        return found.value
    folder, parts = _folder(item, deployment.device), _parts(item, deployment)
    with (
        console.step(f"profile {item.label} on {deployment.device.serial}"),
        files.building(folder) as building,
    ):
        measuring = _Measuring(
            item=item,
            bundle=bundle,
            deployment=deployment,
            connection=connection,
            inputs=samples(bundle.artifact).inputs[:1],
            folder=building,
        )
        made = replace(_timing(measuring), log=folder / LOG_FILE)
        # An app has no pass of its own for operators.
        if item.target.profile.operators and bundle.app is None:
            made = replace(made, operators=_operators(measuring))
        remember(building, made, parts)
    return made


@dataclass(frozen=True, kw_only=True)
class _Measuring:
    """What both passes over one deployment share; `folder` is where their logs go."""

    item: Item
    bundle: Bundle
    deployment: Deployment
    connection: Connection
    inputs: Sequence[Answers]
    folder: Path

    def run(
        self, plan: MeasurementPlan, *, profile: bool = False
    ) -> AbstractContextManager[Outcome]:
        """One pass."""
        return run(
            self.connection,
            self.bundle,
            root=self.item.target.device_root,
            directory=self.deployment.directory,
            inputs=self.inputs,
            plan=plan,
            profile=profile,
        )


def _timing(it: _Measuring) -> TimingLog:
    before = facts(it.connection, it.item.target)
    with it.run(it.item.target.profile) as outcome:
        after = facts(it.connection, it.item.target)
        raw = _line("device", _origin(it.deployment.device), before) + outcome.raw
        files.write_bytes(it.folder / LOG_FILE, raw + _line("conditions", {}, after))
        found = statistics.summary(outcome.log, it.folder / LOG_FILE)
        return replace(found, measured_at=clock.now_utc(), before=before, after=after)


def _operators(it: _Measuring) -> tuple[Mapping[str, Any], ...]:
    plan = replace(OPERATOR_PASS, threads=it.item.target.profile.threads)
    with (
        it.run(plan, profile=True) as outcome,
        tempfile.TemporaryDirectory(prefix="sideload-") as name,
    ):
        raw = _line("device", _origin(it.deployment.device)) + outcome.raw
        files.write_bytes(it.folder / OPERATORS_FILE, raw)
        local = Path(name) / "profile"
        it.connection.pull(f"{outcome.folder}/profile", local)
        return runners.get(it.bundle.artifact.runtime).operators(local)


def _origin(device: Device) -> dict[str, object]:
    """Where the raw lines below come from."""
    return {
        "serial": device.serial,
        "simulated": device.simulated,
        "model": device.model,
        "system": device.system,
        "abi": device.abi,
    }


def _line(event: str, said: Mapping[str, object], facts: PhoneFacts | None = None) -> bytes:
    """A line of ours above or below the raw ones, which stay as they came."""
    known = {} if facts is None else {"facts": asdict(facts)}
    return f"{LINE_MARK}{json.dumps({'event': event, **said, **known})}\n".encode()


def _folder(item: Item, device: Device) -> Path:
    return item.folder(STAGE) / device_name(device)


def _parts(item: Item, deployment: Deployment) -> dict[str, str]:
    return {
        "the deployment": deployment.key,
        "the measurement plan": _keys.digest(vars(item.target.profile)),
    }

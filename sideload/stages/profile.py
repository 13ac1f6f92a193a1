"""Stage 6: what a device takes to do it, measured by the runner and kept as it was printed."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sideload import runners
from sideload.host import clock, console, files
from sideload.measure import statistics
from sideload.stages import _keys
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall, remember
from sideload.stages._run import Outcome, run
from sideload.stages._samples import samples
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
        timing = _timing(item, bundle, deployment, connection, building)
        if item.target.profile.operators:
            rows = _operators(item, bundle, deployment, connection, building)
            timing = replace(timing, operators=rows)
        made = replace(timing, log=folder / LOG_FILE)
        remember(building, made, parts)
    return made


def _timing(
    item: Item, bundle: Bundle, deployment: Deployment, connection: Connection, folder: Path
) -> TimingLog:
    root, proof = item.target.device_root, samples(bundle.artifact)
    with run(
        connection,
        bundle,
        root=root,
        directory=deployment.directory,
        inputs=proof.inputs[:1],
        plan=item.target.profile,
    ) as outcome:
        _keep(folder / LOG_FILE, outcome, deployment.device)
        return replace(
            statistics.summary(outcome.log, folder / LOG_FILE), measured_at=clock.now_utc()
        )


def _operators(
    item: Item, bundle: Bundle, deployment: Deployment, connection: Connection, folder: Path
) -> tuple[Mapping[str, Any], ...]:
    root, proof = item.target.device_root, samples(bundle.artifact)
    plan = replace(OPERATOR_PASS, threads=item.target.profile.threads)
    with (
        run(
            connection,
            bundle,
            root=root,
            directory=deployment.directory,
            inputs=proof.inputs[:1],
            plan=plan,
            profile=True,
        ) as outcome,
        tempfile.TemporaryDirectory(prefix="sideload-") as name,
    ):
        _keep(folder / OPERATORS_FILE, outcome, deployment.device)
        local = Path(name) / "profile"
        connection.pull(f"{outcome.folder}/profile", local)
        return runners.get(bundle.artifact.runtime).operators(local)


def _keep(path: Path, outcome: Outcome, device: Device) -> None:
    """The raw lines as they came, under one line of ours that says where they came from."""
    origin = {
        "event": "device",
        "serial": device.serial,
        "simulated": device.simulated,
        "model": device.model,
        "system": device.system,
        "abi": device.abi,
    }
    first = f"{LINE_MARK}{json.dumps(origin)}\n".encode()
    files.write_bytes(path, first + outcome.raw)


def _folder(item: Item, device: Device) -> Path:
    return item.folder(STAGE) / device_name(device)


def _parts(item: Item, deployment: Deployment) -> dict[str, str]:
    return {
        "the deployment": deployment.key,
        "the measurement plan": _keys.digest(vars(item.target.profile)),
    }

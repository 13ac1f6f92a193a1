"""Stage 5: a bundle on a device, verified by hash, and its first answers verified too."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from sideload.errors import DeviceParityError, ParityError
from sideload.host import arrays, console, quantities
from sideload.measure import limits, parity
from sideload.measure.differences import differences
from sideload.stages import _keys
from sideload.stages._answers import fetched
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall, remember
from sideload.stages._objects import store
from sideload.stages._run import run
from sideload.stages._samples import Answers, Samples, samples
from sideload.transports import Connection
from sideload.values import Bundle, Deployment, Device, MeasurementPlan, Parity

STAGE: Final = "5-deploy"
OUTPUTS_FILE: Final = "outputs.npz"
# Nothing is measured here; one more inference shows that a warm program answers too.
CHECK: Final = MeasurementPlan(warmup=0, warmup_ms=0, iterations=1, operators=False)


def look(
    item: Item, bundle: Bundle, connection: Connection, held: Collection[str]
) -> Look[Deployment]:
    """The deployment, if nothing changed and the device still holds it.

    `held` are the keys of the deployments that are whole on the device.
    """
    found = recall(folder(item, connection), Deployment, _parts(bundle, connection, item))
    if found.value is None:
        return found
    if bundle.key not in held:
        return Look(value=None, why="the device no longer has it")
    return found


def deploy(item: Item, bundle: Bundle, connection: Connection, held: Collection[str]) -> Deployment:
    """Push what the device lacks, run it once, and compare its answers.

    Args:
        item: What was asked for.
        bundle: What to bring there.
        connection: To the device.
        held: The keys of the deployments that are whole on the device.

    Raises:
        DeviceFullError, TransferError, HashMismatchError: It did not arrive whole.
        RunnerError: It does not run there.
        DeviceParityError: The device answers differently from this machine.
        DeviceError: As the connection says.
    """
    found = look(item, bundle, connection, held)
    total_bytes = sum(file.file.size_bytes for file in bundle.payload)
    if found.value is not None:
        # The device may have another address by now; what it is has not changed.
        device = connection.device
        return replace(found.value, device=device, pushed_bytes=0, reused_bytes=total_bytes)
    root = item.target.device_root
    with console.progress(f"push {item.label}", total_bytes) as advance:
        stored = store(
            connection,
            root=root,
            key=bundle.key,
            payload=bundle.payload,
            keep=held,
            budget_bytes=quantities.parse_size(item.target.device_budget or ""),
            progress=advance,
        )
    kept = folder(item, connection)
    with console.step(f"verify {item.label} on {connection.device.serial}"):
        proof = samples(bundle.artifact)
        got = _answers(bundle, connection, proof, root, stored.directory)
        _check(item, bundle, proof, got)
        arrays.save(kept / OUTPUTS_FILE, _named(bundle, got))
    parts = _parts(bundle, connection, item)
    made = Deployment(
        bundle_key=bundle.key,
        model=item.model,
        runtime=item.runtime,
        precision=bundle.artifact.precision,
        scheme=bundle.artifact.scheme,
        device=connection.device,
        directory=stored.directory,
        pushed_bytes=stored.pushed_bytes,
        reused_bytes=stored.reused_bytes,
        parity=_parity(bundle, proof, got),
        key=_keys.key(parts),
        outputs=kept / OUTPUTS_FILE,
        run=item.target.run,
    )
    remember(kept, made, parts)
    return made


def folder(item: Item, connection: Connection) -> Path:
    """Where a device's results for this item are kept on this machine."""
    return item.folder(STAGE) / device_name(connection.device)


def device_name(device: Device) -> str:
    """A device's own serial number as a file name; its address may be another one tomorrow."""
    serial = device.facts.get("serial") or device.serial
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in serial)[:60]
    return plain if plain == serial and plain.strip(".") else f"{plain}-{_keys.digest(serial)[:8]}"


def _parts(bundle: Bundle, connection: Connection, item: Item) -> dict[str, str]:
    proof = bundle.artifact.samples
    return {
        "the bundle": bundle.key,
        "the device": _keys.digest([device_name(connection.device), item.target.device_root]),
        "the samples": "-" if proof is None else proof.sha256,
    }


def _answers(
    bundle: Bundle, connection: Connection, proof: Samples, root: str, directory: str
) -> tuple[Answers, ...]:
    with run(
        connection, bundle, root=root, directory=directory, inputs=proof.inputs, plan=CHECK
    ) as outcome:
        return fetched(connection, outcome, bundle.artifact.signature)


def _check(item: Item, bundle: Bundle, proof: Samples, got: Sequence[Answers]) -> None:
    """The same file gave answers on this machine; the device's must be those, nearly."""
    names = [spec.name for spec in bundle.artifact.signature.outputs]
    details = differences(names, proof.host, got)
    found = parity.summary(details, len(got), data="what this machine answers")
    try:
        parity.check(found, limits.DEVICE, subject=item.label, details=details)
    except ParityError as error:
        raise DeviceParityError(
            f"the device answers differently from this machine: {error.problem}",
            remedy="--precision float32 to see whether the kernels of that precision are at fault",
        ) from error


def _parity(bundle: Bundle, proof: Samples, got: Sequence[Answers]) -> Parity:
    names = [spec.name for spec in bundle.artifact.signature.outputs]
    data = "the samples that were sent to the device"
    return parity.compare(names, proof.reference, got, data=data)


def _named(bundle: Bundle, got: Sequence[Answers]) -> dict[str, "arrays.Array"]:
    """The answers by output name; by name and sample number too where there are several."""
    named = {}
    for position, spec in enumerate(bundle.artifact.signature.outputs):
        column = [answers[position] for answers in got]
        named[spec.name] = _joined(column)
        if len(column) > 1:
            named |= {f"{spec.name}.{number}": array for number, array in enumerate(column)}
    return named


def _joined(column: Sequence["arrays.Array"]) -> "arrays.Array":
    # Batches of samples with equal shapes are one batch; else the first stands for itself.
    alike = column[0].ndim > 0 and len({array.shape[1:] for array in column}) == 1
    return np.concatenate(column) if alike else column[0]

"""The stages one after the other, for every item; one item's refusal does not stop the others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from sideload import platforms
from sideload.errors import DeviceError
from sideload.stages import _device
from sideload.stages._app import bundling, installing
from sideload.stages._items import Item
from sideload.stages._objects import present
from sideload.stages._turns import measuring
from sideload.stages.bundle import bundle
from sideload.stages.deploy import deploy
from sideload.stages.models import Failures, artifacts, bindings, each
from sideload.stages.profile import look, profile
from sideload.transports import Connection
from sideload.values import (
    Artifact,
    Bundle,
    Deployment,
    Result,
    Target,
    TimingLog,
)


def bundles(
    pairs: Sequence[tuple[Item, Artifact]],
    abi: str,
    failures: Failures,
    *,
    is_simulated: bool = False,
) -> list[tuple[Item, Bundle]]:
    """A bundle for each artifact; without an instruction set, for this machine's."""

    def bundled(item: Item, artifact: Artifact) -> Bundle:
        own = platforms.get(item.target.platform).abis()[0]
        if item.target.run == bundling.APP:
            return bundling.bundle(item, artifact, abi or own)
        return bundle(item, artifact, abi or own, is_simulated=is_simulated)

    return each(pairs, bundled, failures)


def abi(target: Target, device: str) -> str:
    """The instruction set of the device that is named; empty where none is."""
    found = _device.met(target, device) if device else None
    return "" if found is None else found.abi


def results(
    items: Sequence[Item], target: Target, device: str, failures: Failures, *, anew: bool
) -> list[Result]:
    """The whole road; `anew` measures even what has been measured before.

    Raises:
        NoDeviceError: Said before anything is exported.
        SideloadError: Whatever would stop the next item too.
    """
    # What takes minutes needs a device to go to. Where nothing does, the device is met soon enough.
    lowered = artifacts(items, failures, before=lambda: _device.met(target, device))
    bindings(lowered, failures)
    if not lowered:
        return []
    doing = "profile" if anew else "deploy"
    with _device.connected(target, device, doing=doing) as connection:
        phone = connection.device
        bundled = bundles(lowered, phone.abi, failures, is_simulated=phone.simulated)
        return list(delivered(bundled, target, connection, failures, anew=anew))


def delivered(
    bundled: Sequence[tuple[Item, Bundle]],
    target: Target,
    connection: Connection,
    failures: Failures,
    *,
    anew: bool,
) -> Iterator[Result]:
    """Each bundle on a device, verified and measured, as soon as it is."""
    held = present(connection, target.device_root, [made.key for _, made in bundled])
    for item, made in bundled:
        with failures.collected(item), _put_away(connection, made):
            deployment = deploy(item, made, connection, held)
            timing = _measured(item, made, deployment, connection, anew=anew)
            yield Result(artifact=made.artifact, deployment=deployment, timing=timing)


@contextmanager
def _put_away(connection: Connection, made: Bundle) -> Iterator[None]:
    """Afterwards no app of ours is left on the device, whatever went wrong."""
    if made.app is None:
        yield
        return
    try:
        yield
    finally:
        # What went wrong first is what the user has to hear.
        with suppress(DeviceError):
            installing.remove(connection, made.app)


def _measured(
    item: Item, made: Bundle, deployment: Deployment, connection: Connection, *, anew: bool
) -> TimingLog:
    known = look(item, deployment).value
    if known is not None and not anew:
        return known
    with measuring(deployment.device):
        return profile(item, made, deployment, connection, anew=anew)

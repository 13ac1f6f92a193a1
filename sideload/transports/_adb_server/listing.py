"""The devices of an adb server, and a connection to one of them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Final

from sideload.errors import DeviceError, NoDeviceError
from sideload.protocols.adb import states
from sideload.protocols.adb.banner import CLIENT_FEATURES, Banner
from sideload.protocols.adb.server import Listed
from sideload.protocols.adb.text import printable
from sideload.transports._adb.agreement import Agreement
from sideload.transports._adb_server import asking, program, tracking, trouble
from sideload.transports._adb_server.asking import AbsentError, FailError
from sideload.transports._adb_server.connection import ServerConnection
from sideload.transports._adb_server.place import Place
from sideload.transports._adb_server.services import ServerServices
from sideload.values import Device

# A device that is there answers at once; one that is not must not hold up the others.
_DESCRIBED_WITHIN_S: Final = 3.0
_MOST_AT_ONCE: Final = 16
# A server that has just been started is still looking for its devices.
_FOUND_WITHIN_S: Final = 5.0
_SETTLED_WITHIN_S: Final = 10.0
# How soon a watch ends that is told to.
_HEEDED_S: Final = 0.25
_BANNER_FACTS: Final = ("product", "model", "device")
_FACTS: Final = ("usb", "transport_id")


def described(place: Place, listed: Sequence[Listed]) -> tuple[Device, ...]:
    """The devices that are listed; those that are ready are asked what they are."""
    if not listed:
        return ()
    with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        return tuple(pool.map(lambda one: _described(place, one), listed))


def now(place: Place) -> tuple[Listed, ...]:
    """What a server lists now; nothing where none listens.

    Raises:
        DeviceError: What listens there is no adb server.
    """
    try:
        return tracking.once(place)
    except AbsentError:
        return ()
    except FailError as error:
        raise DeviceError(f"the adb server refused: {error}", remedy=asking.RESTART) from error


def reported(place: Place, stop: Event) -> Iterator[tuple[Device, ...]]:
    """The devices after each change, until `stop`; none at the end of the server."""
    try:
        with tracking.Tracker(place) as tracker:
            while not stop.is_set():
                listed = tracker.next(_HEEDED_S)
                if listed is not None:
                    yield described(place, listed)
    except (AbsentError, FailError, DeviceError):
        yield ()


def absent(serial: str) -> Device:
    """A device that no server has."""
    return _known(Listed(serial=serial, state=states.OFFLINE))


def connected(place: Place, serial: str, timeout_s: float) -> ServerConnection:
    """Connect to a device of the server; one is started where none runs.

    Raises:
        DeviceError: As `Transport.connect` says.
        ToolFailedError: The native adb could not start a server.
    """
    is_new = program.ensure(place)
    device = _ready(place, serial, is_new=is_new)
    return _opened(place, device, timeout_s)


def _ready(place: Place, serial: str, *, is_new: bool) -> Listed:
    """The device as it is listed once it is ready."""
    if ":" in serial and is_new:
        _asked(place, f"host:connect:{serial}")
    device = _awaited(
        place, serial, lambda one: one is not None, _FOUND_WITHIN_S if is_new else 0.0
    )
    if device is not None and device.state in states.PASSING:
        device = _awaited(place, serial, _is_settled, _SETTLED_WITHIN_S)
    if device is None:
        raise trouble.absent(serial)
    if device.state != states.READY:
        raise trouble.of_state(device)
    return device


def _is_settled(device: Listed | None) -> bool:
    return device is None or device.state not in states.PASSING


def _awaited(
    place: Place, serial: str, is_enough: Callable[[Listed | None], bool], timeout_s: float
) -> Listed | None:
    """The device as it is listed when that is enough, or at the end of the time."""
    device = _of(now(place), serial)
    if is_enough(device) or not timeout_s:
        return device
    try:
        for listed in tracking.lists(place, timeout_s):
            device = _of(listed, serial)
            if is_enough(device):
                break
    except (AbsentError, FailError) as error:
        raise NoDeviceError(f"the adb server at {place} ended", remedy=asking.RESTART) from error
    return device


def _of(listed: tuple[Listed, ...], serial: str) -> Listed | None:
    return next((device for device in listed if device.serial == serial), None)


def _opened(place: Place, listed: Listed, timeout_s: float) -> ServerConnection:
    text = _asked(place, f"host-serial:{listed.serial}:features", listed.serial)
    offered = frozenset(printable(text).split(","))
    facts = {f"ro.product.{name}": listed.facts.get(name, "") for name in _BANNER_FACTS}
    agreement = Agreement(
        banner=Banner(kind="device", properties=facts, features=offered),
        features=offered & frozenset(CLIENT_FEATURES),
    )
    services = ServerServices(place, listed.serial, timeout_s)
    try:
        return ServerConnection(place, listed.serial, agreement, services)
    except BaseException:
        services.close()
        raise


def _asked(place: Place, question: str, serial: str = "") -> bytes:
    try:
        return asking.text(place, question)
    except FailError as error:
        raise trouble.of_reason(serial, str(error)) from error
    except AbsentError as error:
        raise NoDeviceError(f"the adb server at {place} ended", remedy=asking.RESTART) from error


def _described(place: Place, listed: Listed) -> Device:
    known = _known(listed)
    if listed.state != states.READY:
        return known
    try:
        connection = _opened(place, listed, _DESCRIBED_WITHIN_S)
    except DeviceError:
        return known
    connection.close()
    return replace(connection.device, facts={**known.facts, **connection.device.facts})


def _known(listed: Listed) -> Device:
    reason = {"reason": listed.reason} if listed.reason else {}
    return Device(
        serial=listed.serial,
        transport="adb_server",
        simulated=False,
        model=listed.facts.get("model", "unknown").replace("_", " "),
        system="unknown",
        abi="unknown",
        state=listed.state,
        facts={name: listed.facts[name] for name in _FACTS if name in listed.facts} | reason,
    )

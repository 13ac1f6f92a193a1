"""Which device is meant, and an open connection to it that no other run disturbs."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from typing import Final

from sideload import platforms, simulated
from sideload.errors import NoDeviceError, UsageError
from sideload.host import cache, console, locks, places
from sideload.stages import _ways
from sideload.stages._leave import Leave
from sideload.stages._lock import locked
from sideload.stages._ways import Address
from sideload.transports import Connection
from sideload.values import Device, Target

SIMULATED: Final = "simulated"
WAIT_S: Final = 1800.0
ATTACH: Final = (
    "--device simulated to work without a phone; or attach one: turn on USB debugging and connect "
    "it by USB, or use --device ADDRESS:5555 after `adb tcpip 5555`"
)


@contextmanager
def connected(
    target: Target, device: str | Address, *, doing: str, leave: Leave | None = None
) -> Iterator[Connection]:
    """A connection to the device that `device` is or names, or to the only one there is.

    Nobody else uses the device meanwhile, from whichever host; `doing` is what they are told.
    `leave` ends the waiting for it, and the connection, from another thread.

    Raises:
        NoDeviceError: There is none, or none of that name.
        UsageError: There are several, or the target has no simulated device.
        DeviceBusyError, BusyError: Another run has held it for too long.
        DeviceError: As the transport says.
    """
    with ExitStack() as stack:
        leave = leave or Leave()
        if device == SIMULATED:
            address = _simulated(target, stack, doing, leave)
        else:
            address = chosen(target, device)
            stack.enter_context(_held(address.serial, doing, leave))
        connection = _ways.opened(target.platform, address)
        stack.callback(connection.close)
        stack.enter_context(leave.closing(connection))
        stack.enter_context(locked(connection, target.device_root, doing=doing))
        yield connection


def met(target: Target, device: str | Address) -> Device | None:
    """The device, met for a moment, so that nobody waits for an export that has nowhere to go.

    None for the simulated phone, which need not run yet.

    Raises:
        DeviceError, UsageError: As `connected`; a device that another run holds is no fault yet.
    """
    if device == SIMULATED:
        return None
    address = chosen(target, device)
    with closing(_ways.opened(target.platform, address)) as connection:
        return connection.device


def chosen(target: Target, device: str | Address) -> Address:
    """The device that `device` is or names, or that the environment names, or the only one.

    Raises:
        NoDeviceError: There is none.
        UsageError: There are several.
    """
    if isinstance(device, Address):
        return device
    if named := device or _ways.usual(target.platform):
        return _ways.named(target.platform, named)
    seen = _ways.attached(target.platform)
    ready = [(name, each) for name, each in seen if each.state == "device"]
    if len(ready) == 1:
        return Address(transport=ready[0][0], serial=ready[0][1].serial)
    listed = ", ".join(each.serial for _, each in ready)
    if ready:
        raise UsageError(
            f"{len(ready)} devices are attached: {listed}", remedy=f"--device {ready[0][1].serial}"
        )
    waiting = "; ".join(f"{each.serial} is {each.state}" for _, each in seen)
    raise NoDeviceError(
        f"no device for the target {target.name} is attached" + (f" ({waiting})" if seen else ""),
        remedy=ATTACH,
    )


def _simulated(target: Target, stack: ExitStack, doing: str, leave: Leave) -> Address:
    """A simulated phone with its files among the artifacts: joined if it runs, else started."""
    platform = platforms.get(target.platform)
    if not platform.simulated:
        raise UsageError(
            f"the platform {target.platform} has no simulated device",
            remedy="leave --device out: it runs on this machine itself",
        )
    root = places.artifacts() / "simulated" / platform.simulated
    stack.enter_context(_held(str(root), doing, leave))
    simulator = simulated.get(platform.simulated)
    for phone in simulator.running():
        if phone.root == root.resolve():
            return Address(transport=platform.transports[0], serial=phone.address)
    with console.step("start the simulated phone"):
        root.parent.mkdir(parents=True, exist_ok=True)
        phone = stack.enter_context(simulator.start(root))
    return Address(transport=platform.transports[0], serial=phone.address)


@contextmanager
def _held(name: str, doing: str, leave: Leave) -> Iterator[None]:
    """One run at a time of this host on one device: others wait here, and are told for whom."""
    short = sha256(name.encode(errors="surrogateescape")).hexdigest()[:16]
    folder = cache.folder("devices")
    with locks.held(
        f"{short}.lock",
        folder=folder,
        wait_s=WAIT_S,
        doing=f"{doing} on the device {name}",
        cancelled=lambda: leave.is_called,
    ):
        yield

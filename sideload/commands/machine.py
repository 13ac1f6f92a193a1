"""The commands about this machine and the devices at it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sideload import platforms, simulated, transports
from sideload.commands.answer import Answer
from sideload.host import console, targets
from sideload.reports import document, terminal
from sideload.simulated import RunningPhone
from sideload.stages import _device
from sideload.values import Device

LOOK_S: Final = 3.0
# What to do about a device that is there and cannot be used; adb's own words for its states.
STATES: Final = {
    "unauthorized": "unlock it and accept the debugging prompt",
    "offline": "take the cable out and put it in again, or restart the device",
    "no permissions": "add a udev rule for it, or use `adb tcpip 5555` from a machine that may",
    "recovery": "restart it into Android",
    "sideload": "restart it into Android",
    "bootloader": "restart it into Android",
}


def devices(target: str) -> Answer:
    """Every device of a target's platform that can be seen from here."""
    read = targets.read(target)
    platform = platforms.get(read.platform)
    found = [device for _, device in _device.attached(read.platform)]
    if platform.simulated:
        found += [_looked_at(p) for p in simulated.get(platform.simulated).running()]
    rows = [(device, _advice(device)) for device in found]
    return Answer(document=document.devices(rows), text=terminal.devices(rows) or _nothing())


def _looked_at(phone: RunningPhone) -> Device:
    connection = transports.get("adb").connect(phone.address, timeout_s=LOOK_S)
    connection.close()
    return connection.device


def _advice(device: Device) -> str:
    if device.state == "device":
        return f"--device {device.serial}"
    return STATES.get(device.state, "restart it")


def _nothing() -> str:
    return f"no device is attached\n  try: {_device.ATTACH}"


def simulate(port: int, root: str, fault: object, settings: object) -> Answer:
    """Serve a simulated Android phone until SIGINT or SIGTERM."""
    simulator = simulated.get("android")
    if "help" in _texts(fault):
        rows = simulator.faults().items()
        return Answer(document={}, text="\n".join(f"{usage}: {does}" for usage, does in rows))
    with tempfile.TemporaryDirectory(prefix="sideload-phone-") as temporary:
        simulator.serve(
            Path(root or temporary),
            ready=_announce,
            faults=_texts(fault),
            port=port,
            properties=simulated.pairs(_texts(settings)),
        )
    return Answer(document={})


def _announce(phone: RunningPhone) -> None:
    console.result(phone.address)
    console.note(f"--device {phone.address}, or adb connect {phone.address}; Ctrl-C ends it")


def _texts(words: object) -> Sequence[str]:
    return [str(word) for word in words] if isinstance(words, list | tuple) else []

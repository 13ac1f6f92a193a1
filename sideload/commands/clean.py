"""The command that removes what can be made again."""

from collections.abc import Sequence

from sideload.commands.answer import Answer
from sideload.host import files, places, targets
from sideload.reports import document, terminal
from sideload.stages import _device, fleet
from sideload.stages._objects import remove_unnamed
from sideload.values import Target


def clean(devices: Sequence[str], target: str) -> Answer:
    """Remove the artifacts of this project, or what devices hold that no deployment names."""
    device = fleet.one(devices)
    if device is None:
        return _fleet(devices, targets.read(target))
    if device:
        return _device_only(device, targets.read(target))
    root = places.artifacts()
    if not root.exists():
        return Answer(document=document.cleaned(0), text=f"{root} is not there: nothing to do")
    freed_bytes = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    files.remove(root)
    return Answer(document=document.cleaned(freed_bytes), text=f"removed {root}")


def _device_only(device: str, target: Target) -> Answer:
    with _device.connected(target, device, doing="clean") as connection:
        freed_bytes = remove_unnamed(connection, target.device_root)
        text = f"freed {freed_bytes} bytes on {connection.device.serial}"
    return Answer(document=document.cleaned(freed_bytes), text=text)


def _fleet(devices: Sequence[str], target: Target) -> Answer:
    found = fleet.cleaned(target, devices)
    freed_bytes = sum(size for each in found.outcomes for size in each.made)
    return Answer(
        document=document.cleaned_fleet(found),
        text=f"{terminal.phones(found)}\n\nfreed {freed_bytes} bytes in all",
        failures=found.errors(),
    )

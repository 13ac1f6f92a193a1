"""The phone's own file system: one folder of the host, which the phone takes for `/`.

Nothing here needs privileges: no chroot, no mounts. Programs of the host are told the folder's
place instead (see `translation`); over `sync:` every path is resolved here and stays inside.
"""

import errno
import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError

# The lock, the proof that the folder is ours, and the answer to "who holds it".
HOLDER: Final = ".sideload-phone"

_FOLDERS: Final = (
    "data/local/tmp",
    "data/misc/adb",
    "data/misc/logd",
    "proc",
    "storage/emulated/0",
    "sys/class/power_supply/battery",
    "sys/class/power_supply/usb",
    "sys/class/thermal/thermal_zone0",
    "system/bin",
)
_TEXTS: Final = {
    "proc/version": "Linux version 6.6.0-sideload-simulated\n",
    "proc/meminfo": "MemTotal:        8000000 kB\nMemFree:         4000000 kB\n",
    "proc/cpuinfo": "processor\t: 0\nHardware\t: simulated\n",
    "sys/class/power_supply/battery/type": "Battery\n",
    "sys/class/power_supply/battery/voltage_now": "4300000\n",
    "sys/class/power_supply/battery/current_now": "0\n",
    "sys/class/power_supply/usb/type": "USB\n",
    "sys/class/thermal/thermal_zone0/type": "simulated-skin\n",
}
# What `dumpsys` says too, from the properties that a phone is started with.
_BATTERY: Final = "sys/class/power_supply/battery"
_WORDS: Final = {"2": "Charging", "3": "Discharging", "4": "Not charging", "5": "Full"}
_LINKS: Final = {"sdcard": "storage/emulated/0"}


@dataclass(frozen=True, kw_only=True)
class FileSystem:
    """A root: an absolute path of the host with every symbolic link resolved."""

    root: str

    def target(self, path: str) -> str:
        """The host's path for `path` with all links followed.

        Raises:
            OSError: A link leads out of the root, or no path is like that.
        """
        host = os.path.realpath(f"{self.root}/{_inside(path)}")
        if host != self.root and not host.startswith(f"{self.root}/"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return host

    def entry(self, path: str) -> str:
        """The host's path for `path` itself, which may be a link: only its parents are followed.

        Raises:
            OSError: A link on the way leads out of the root, or no path is like that.
        """
        parent, name = posixpath.split(_inside(path))
        return f"{self.target(parent)}/{name}" if name else self.root


def _inside(path: str) -> str:
    if "\0" in path:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
    # Normalised from `/`, so that no number of `..` leads above it.
    return posixpath.normpath(f"/{path}").lstrip("/")


def claim(root: Path) -> str:
    """Make `root` a phone's, or see that it is one already; its path with no link in it.

    Raises:
        HostFileError: The folder cannot be written, or holds something else than a phone.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not (root / HOLDER).exists():
            _refuse_others(root)
            (root / HOLDER).touch()
        return str(root.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise HostFileError(
            f"{root} cannot be a phone's file system: {error}",
            remedy="use --root with a folder that you may write",
        ) from error


def _refuse_others(root: Path) -> None:
    if any(root.iterdir()):
        raise HostFileError(
            f"{root} holds other files than a simulated phone's",
            remedy="use --root with an empty or new folder",
        )


def furnish(root: Path, properties: Mapping[str, str]) -> None:
    """Put what every phone has where it is missing, and what depends on this host afresh."""
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, text in {**_TEXTS, **_state(properties)}.items():
        (root / name).write_text(_of_host(name) or text, encoding="utf-8")
    for link, target in _LINKS.items():
        if not os.path.lexists(root / link):
            (root / link).symlink_to(target)


def _state(properties: Mapping[str, str]) -> dict[str, str]:
    def said(name: str) -> str:
        return properties.get(f"sideload.{name}", "")

    is_plugged = said("battery.plugged") != "none"
    return {
        f"{_BATTERY}/capacity": f"{said('battery.level')}\n",
        f"{_BATTERY}/temp": f"{said('battery.temperature')}\n",
        f"{_BATTERY}/status": f"{_WORDS.get(said('battery.status'), 'Unknown')}\n",
        "sys/class/power_supply/usb/online": f"{int(is_plugged)}\n",
        "sys/class/thermal/thermal_zone0/temp": f"{_thousandths(said('thermal.skin'))}\n",
    }


def _thousandths(number: str) -> str:
    try:
        return str(round(1000 * float(number)))
    except (ValueError, OverflowError):
        return number


def _of_host(name: str) -> str:
    # The runner measures this host, so memory and processors are the host's where it tells.
    file = Path("/") / name
    return file.read_text("utf-8", "replace") if name.startswith("proc/") and file.exists() else ""

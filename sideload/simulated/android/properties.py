"""What the phone says of itself: the table behind `getprop`, and the file it is kept in."""

import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sideload.errors import UsageError

_ABIS: Final = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64-v8a", "arm64": "arm64-v8a"}
# A name's own characters; `=` and line ends would change the meaning of the file.
_NAME: Final = re.compile(r"[A-Za-z0-9._@:-]+")
# What the phone's services say of its state, with the numbers that Android has for it: tenths of a
# degree, a full battery. `sideload.screen` may be `on`, `off` or `dozing`.
STATE: Final = {
    "sideload.battery.level": "100",
    "sideload.battery.plugged": "usb",
    "sideload.battery.status": "5",
    "sideload.battery.temperature": "250",
    "sideload.saver": "0",
    "sideload.screen": "on",
    "sideload.thermal.skin": "31.0",
    "sideload.thermal.status": "0",
}


def host_abi() -> str:
    """The Android name of this machine's instruction set, because programs run natively."""
    machine = platform.machine().lower()
    return _ABIS.get(machine, machine)


def check(table: Mapping[str, str]) -> None:
    """See that the properties can be kept in a property file.

    Raises:
        UsageError: A name or value cannot.
    """
    for name, value in table.items():
        if not _NAME.fullmatch(name) or not value.isprintable():
            raise UsageError(
                f"{name!r}={value!r} is not a property",
                remedy="--property ro.product.model='My Phone'",
            )


def properties(*, serial: str, extra: Mapping[str, str]) -> dict[str, str]:
    """All properties of one phone; `extra` wins."""
    abi = extra.get("ro.product.cpu.abi", host_abi())
    return {
        "ro.sideload.simulated": "1",
        "ro.serialno": serial,
        "ro.product.manufacturer": "Sideload",
        "ro.product.brand": "sideload",
        "ro.product.model": "Sideload Simulated Phone",
        "ro.product.name": "sideload_simulated",
        "ro.product.device": "simulated",
        "ro.product.board": "simulated",
        "ro.product.cpu.abi": abi,
        "ro.product.cpu.abilist": abi,
        "ro.board.platform": "simulated",
        "ro.hardware": "simulated",
        "ro.soc.manufacturer": "host",
        "ro.soc.model": platform.machine(),
        "ro.build.version.release": "15",
        "ro.build.version.sdk": "35",
        "ro.build.type": "userdebug",
        "ro.build.fingerprint": "sideload/simulated/simulated:15/SIM/1:userdebug/test-keys",
        "ro.debuggable": "1",
        "sys.boot_completed": "1",
        **STATE,
        **extra,
    }


def write(table: Mapping[str, str], file: Path) -> None:
    """Keep the properties where the phone's `getprop` reads them."""
    lines = (f"{name}={value}\n" for name, value in sorted(table.items()))
    file.write_text("".join(lines), encoding="utf-8")

"""The health of a device: whether it can be worked with, and whether its figures could be trusted.

What the road cannot do without is required; what only makes figures doubtful is optional, and its
purpose stands in brackets.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Final

from sideload import platforms
from sideload.facts import PhoneFacts
from sideload.host import clock
from sideload.host.quantities import size
from sideload.measure import conditions, state
from sideload.stages import _device, _ways
from sideload.stages._facts import facts
from sideload.stages._probe import Probe, probe
from sideload.values import Check, Device, Target

ROOM_BYTES: Final = 500_000_000
# Long enough to unlock a phone and accept its prompt.
ANSWER_S: Final = 15.0
A_DAY_S: Final = 86_400
ELSEWHERE: Final = "set device_root in the target to a folder in /data/local/tmp"
FIGURES: Final = "(figures that can be trusted)"


def checkup(target: Target, device: str) -> tuple[Check, ...]:
    """Every check of the device that is named; no other run is waited for.

    Raises:
        DeviceError, UsageError: It cannot be reached.
    """
    with ExitStack() as stack:
        if device == _device.SIMULATED:
            connected = _device.connected(target, device, doing="doctor")
            connection = stack.enter_context(connected)
        else:
            address = _device.chosen(target, device)
            connection = _ways.opened(target.platform, address, timeout_s=ANSWER_S)
            stack.callback(connection.close)
        tried = probe(connection, target.device_root)
        found = facts(connection, target)
    return checks(connection.device, found, tried, target)


def checks(device: Device, found: PhoneFacts, tried: Probe, target: Target) -> tuple[Check, ...]:
    """What the answers mean."""
    return (
        Check(
            name="phone",
            found=", ".join(part for part in (device.model, device.serial, found.system) if part),
            ok=True,
            needed_for="measuring on it",
        ),
        _abi(device, target),
        *_store(found, tried, target.device_root),
        _room(found),
        _clock(found),
        _screen(found),
        *_conditions(found),
    )


def _abi(device: Device, target: Target) -> Check:
    made = platforms.get(target.platform).abis()
    return Check(
        name="instruction set",
        found=device.abi,
        ok=device.abi in made,
        needed_for="runners that it can execute",
        remedy=f"use a device with {' or '.join(made)}, or --device simulated",
    )


def _store(found: PhoneFacts, tried: Probe, root: str) -> Iterator[Check]:
    cannot = "cannot be written" if tried.is_whole else tried.complaint or "broke off"
    yield Check(
        name="store",
        found=root if tried.can_write else f"{root}: {cannot}",
        ok=tried.can_write,
        needed_for="files on the device",
        remedy=ELSEWHERE,
    )
    if not tried.can_write:
        return  # what could not be tried is not said to be wrong
    why = f" (SELinux is {found.selinux.lower()})" if found.selinux else ""
    yield Check(
        name="execution",
        found="yes" if tried.can_run else f"not in {root}{why}",
        ok=tried.can_run,
        needed_for="runners in the store",
        remedy=f"{ELSEWHERE}: other places are mounted noexec, or refused by SELinux",
    )
    lacking = ", ".join(tried.lacks)
    yield Check(
        name="programs",
        found=f"without {lacking}" if lacking else "all",
        ok=not lacking,
        needed_for="the store",
        remedy="use a phone with Android 8 or newer, whose toybox has them",
    )


def _room(found: PhoneFacts) -> Check:
    free = found.free_bytes
    return Check(
        name="free space",
        found="unknown" if free is None else size(free),
        ok=free is None or free >= ROOM_BYTES,
        needed_for="models on the device",
        remedy="sideload clean --device, or delete something on the phone",
    )


def _clock(found: PhoneFacts) -> Check:
    off_s = None if found.clock_s is None else found.clock_s - clock.unix_ns() // 10**9
    return Check(
        name="clock",
        found="unknown" if off_s is None else "right" if abs(off_s) < A_DAY_S else "wrong",
        ok=off_s is not None and abs(off_s) < A_DAY_S,
        needed_for="(telling old files from new ones)",
        remedy="turn on automatic date and time in the phone's settings",
    )


def _screen(found: PhoneFacts) -> Check:
    return Check(
        name="screen",
        found=found.screen or "unknown",
        ok=found.screen in {"on", ""},
        needed_for=FIGURES,
        remedy="switch it on, and turn on Stay awake in the developer options",
    )


def _conditions(found: PhoneFacts) -> Iterator[Check]:
    doubts = {doubt.kind: doubt.said for doubt in conditions.doubts(found, None)}
    for kind, (said, remedy) in REMEDIES.items():
        trouble = doubts.get(kind, "").removesuffix(" beforehand")
        yield Check(
            name=kind,
            found=trouble or _known(said(found)),
            ok=not trouble,
            needed_for=FIGURES,
            remedy=remedy,
        )


def _heat(found: PhoneFacts) -> str:
    return f"{_known(state.temperature(found))}, throttled: {_known(state.throttled(found))}"


def _known(text: str) -> str:
    return "unknown" if text == state.UNKNOWN else text


def _saver(found: PhoneFacts) -> str:
    return "unknown" if found.saves_power is None else "off"


def _cores(found: PhoneFacts) -> str:
    return f"{found.cores} on" if found.cores else "unknown"


def _memory(found: PhoneFacts) -> str:
    free = found.available_bytes
    return "unknown" if free is None else f"{size(free)} free"


# For each kind of doubt what is shown where there is none, and what to do where there is.
REMEDIES: Final[Mapping[str, tuple[Callable[[PhoneFacts], str], str]]] = {
    "heat": (_heat, "let it cool down: take it off the charger and out of its case"),
    "frequency": (state.frequencies, "let it cool down and charge it, or restart it"),
    "saver": (_saver, "adb shell settings put global low_power 0"),
    "battery": (state.battery, "charge it above 20 %"),
    "cores": (_cores, "restart it"),
    "load": (state.load, "close what runs on it, and wait some minutes after a restart"),
    "memory": (_memory, "close what runs on it"),
}

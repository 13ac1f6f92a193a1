"""Android devices that an adb server owns: on USB, paired wirelessly, or emulated."""

import re
from collections.abc import Iterator
from threading import Event
from typing import Final

from sideload.errors import DeviceError, NoDeviceError, ToolError, UsageError
from sideload.host import android_sdk, console
from sideload.transports import Connection, Transport
from sideload.transports._adb_server import asking, listing, place, program
from sideload.transports._adb_server.place import Place
from sideload.values import Device

_SWITCHED_ON: Final = f"unset {place.SWITCH}"
_PERIOD_S: Final = 1.0


class AdbServer:
    """Finds devices by the names that `adb devices` shows.

    A server is started where none runs and the native adb is installed; none is ever ended, and one
    of another version is spoken to as it is.
    """

    def devices(self) -> tuple[Device, ...]:
        """Those of the server; none where none runs or can be started."""
        where = place.place()
        if where is None:
            return ()
        try:
            if program.can_start(where):
                program.ensure(where)
            return listing.described(where, listing.now(where))
        except (DeviceError, ToolError) as error:
            console.warn(error.problem)
            return ()

    def changes(self, stop: Event) -> Iterator[tuple[Device, ...]]:
        """Those of the server, now and as the server reports changes; it may come and go."""
        yield self.devices()
        where = place.place()
        while where is not None and not stop.is_set():
            yield from listing.reported(where, stop)
            stop.wait(_PERIOD_S)

    def describe(self, serial: str) -> Device:
        """The device of that name as the server has it; no server is started for this."""
        where = place.place()
        try:
            listed = listing.now(where) if where is not None else ()
        except DeviceError:
            listed = ()
        found = [one for one in listed if one.serial == serial]
        if where is None or not found:
            return listing.absent(serial)
        return listing.described(where, found)[0]

    def connect(self, serial: str, *, timeout_s: float = 30.0) -> Connection:
        """Open a connection; `timeout_s` bounds each silence of the device.

        Raises:
            NoDeviceError: The server has no such device, or there is no server.
            RefusedError: The device is there, and in no state to be used.
            UnauthorizedError: The device does not trust the server's key.
            DeviceGoneError: It is offline, or the server does not answer.
            ToolFailedError: The native adb could not start a server.
        """
        return listing.connected(self._place(serial), serial, timeout_s)

    def can_be(self, serial: str) -> bool:
        """Any name can be one of the server's."""
        return bool(serial)

    def _place(self, serial: str) -> Place:
        where = place.place()
        if where is None:
            raise NoDeviceError(
                f"{serial} is reached only through an adb server, and {place.SWITCH} is off",
                remedy=_SWITCHED_ON,
            )
        return where


def standing() -> tuple[str, str]:
    """How it stands with the server, and what to type about it; nothing where it can be used.

    None is started for that.
    """
    try:
        where = place.place()
        if where is None:
            return f"switched off by {place.SWITCH}", _SWITCHED_ON
        said = asking.text(where, "host:version")
    except asking.AbsentError as absent:
        return _without(str(absent))
    except asking.FailError as refusal:
        return f"it refuses to tell its version: {refusal}", asking.RESTART
    except (UsageError, DeviceError) as error:
        return error.problem, error.remedy
    version = int(said, 16) if re.fullmatch(rb"[0-9a-fA-F]{4}", said) else "unknown"
    return f"version {version} at {where}", ""


def _without(where: str) -> tuple[str, str]:
    if android_sdk.adb() is None:
        return f"none at {where}", program.INSTALL
    return f"none at {where}, started when it is needed", ""


ADAPTER: Final[Transport] = AdbServer()

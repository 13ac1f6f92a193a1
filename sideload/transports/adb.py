"""Android devices that listen for adb on the network or on this machine, over our own engine."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Final

from sideload.errors import DeviceError, UnauthorizedError
from sideload.protocols.adb import states
from sideload.transports import Connection, Transport
from sideload.transports._adb import address, connecting
from sideload.transports._adb.address import Address
from sideload.values import Device

ADDRESSES: Final = "SIDELOAD_DEVICES"
# A device that is there answers at once; one that is not must not hold up the others.
_LISTED_WITHIN_S: Final = 3.0
_MOST_AT_ONCE: Final = 16
_PERIOD_S: Final = 2.0
_ASKED_AGAIN_S: Final = 15.0
_MDNS: Final = ("._tcp", "._tcp.")


class Adb:
    """Finds devices by address: `HOST:PORT`, or `HOST` for port 5555."""

    def devices(self) -> tuple[Device, ...]:
        """Those in `SIDELOAD_DEVICES`."""
        addresses = _listed()
        with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
            return tuple(pool.map(_described, addresses))

    def changes(self, stop: Event) -> Iterator[tuple[Device, ...]]:
        """Those in `SIDELOAD_DEVICES`, looked at again and again."""
        while not stop.is_set():
            found = self.devices()
            yield found
            # Each look at one that does not trust us makes it ask the person in front of it.
            asks = any(device.state == states.UNAUTHORIZED for device in found)
            if not found or stop.wait(_ASKED_AGAIN_S if asks else _PERIOD_S):
                return

    def can_be(self, serial: str) -> bool:
        """What has a colon or a dot in it, unless it is a name from mDNS, which the server uses."""
        return (":" in serial or "." in serial) and not serial.endswith(_MDNS)

    def describe(self, serial: str) -> Device:
        """The device at an address; its state says why, where it cannot be used."""
        return _described(address.parse(serial))

    def connect(self, serial: str, *, timeout_s: float = 30.0) -> Connection:
        """Open a connection; `timeout_s` bounds the handshake and each silence after it.

        Raises:
            NoDeviceError: No such device.
            RefusedError: Nothing listens there.
            UnauthorizedError: The device does not trust this machine's key.
            DeviceGoneError: Nothing answers there.
        """
        return connecting.connected(address.parse(serial), timeout_s)


def _listed() -> tuple[Address, ...]:
    texts = [text for text in os.environ.get(ADDRESSES, "").split(",") if text.strip()]
    return tuple(dict.fromkeys(address.parse(text) for text in texts))


def _described(where: Address) -> Device:
    try:
        connection = connecting.connected(where, _LISTED_WITHIN_S)
    except UnauthorizedError:
        return _unusable(where, states.UNAUTHORIZED)
    except DeviceError:
        return _unusable(where, states.OFFLINE)
    connection.close()
    return connection.device


def _unusable(where: Address, state: str) -> Device:
    return Device(
        serial=str(where),
        transport="adb",
        simulated=False,
        model="unknown",
        system="unknown",
        abi="unknown",
        state=state,
    )


ADAPTER: Final[Transport] = Adb()

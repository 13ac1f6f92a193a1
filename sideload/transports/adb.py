"""Android devices that listen for adb on the network or on this machine, over our own engine."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sideload.errors import DeviceError, NoDeviceError, UnauthorizedError
from sideload.transports import Connection, Transport
from sideload.transports._adb import address, connecting, server
from sideload.transports._adb.address import Address
from sideload.values import Device

ADDRESSES: Final = "SIDELOAD_DEVICES"
# A device that is there answers at once; one that is not must not hold up the others.
_LISTED_WITHIN_S: Final = 3.0
_MOST_AT_ONCE: Final = 16


class Adb:
    """Finds devices by address: `HOST:PORT`, or `HOST` for port 5555."""

    def devices(self) -> tuple[Device, ...]:
        """Those in `SIDELOAD_DEVICES`, then those that a running adb server has.

        A server's device can be connected to by its address; one on a cable only by the server.
        """
        texts = [text for text in os.environ.get(ADDRESSES, "").split(",") if text.strip()]
        addresses = dict.fromkeys(address.parse(text) for text in texts)
        with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
            ours = list(pool.map(_described, addresses))
        names = {device.serial for device in ours}
        return (*ours, *(device for device in server.devices() if device.serial not in names))

    def describe(self, serial: str) -> Device:
        """The device at an address; its state says why, where it cannot be used."""
        return _described(address.parse(serial))

    def connect(self, serial: str, *, timeout_s: float = 30.0) -> Connection:
        """Open a connection; `timeout_s` bounds the handshake and each silence after it.

        Raises:
            NoDeviceError: No such device, or it is on a cable.
            RefusedError: Nothing listens there.
            UnauthorizedError: The device does not trust this machine's key.
            DeviceGoneError: Nothing answers there.
        """
        if ":" not in serial and any(device.serial == serial for device in server.devices()):
            raise NoDeviceError(
                f"{serial} is on a cable, and this transport needs an address",
                remedy=f"adb -s {serial} tcpip 5555, then --device with the phone's address",
            )
        return connecting.connected(address.parse(serial), timeout_s)


def _described(where: Address) -> Device:
    try:
        connection = connecting.connected(where, _LISTED_WITHIN_S)
    except UnauthorizedError:
        return _unusable(where, "unauthorized")
    except DeviceError:
        return _unusable(where, "offline")
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

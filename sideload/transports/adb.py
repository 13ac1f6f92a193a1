"""Android devices that listen for adb on the network or on this machine, over our own engine."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sideload.errors import DeviceError, NoDeviceError, UnauthorizedError
from sideload.transports import Connection, Transport
from sideload.transports._adb import address, handshake, keys, server
from sideload.transports._adb.address import Address
from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb.streams import Streams
from sideload.transports._adb.tcp import TcpTransport
from sideload.transports._adb.wire import Wire
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
            ours = list(pool.map(_looked_at, addresses))
        names = {device.serial for device in ours}
        return (*ours, *(device for device in server.devices() if device.serial not in names))

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
        return _connected(address.parse(serial), timeout_s)


def _connected(where: Address, timeout_s: float) -> AdbConnection:
    transport = TcpTransport(where.host, where.port)
    transport.connect(timeout_s)
    try:
        wire = Wire(transport, timeout_s)
        agreement = handshake.shake(wire, keys.signers(), timeout_s)
        streams = Streams(
            wire, has_delayed_ack="delayed_ack" in agreement.features, timeout_s=timeout_s
        )
        return AdbConnection(str(where), agreement, streams)
    except BaseException:
        transport.close()
        raise


def _looked_at(where: Address) -> Device:
    """What is at an address, and in which state if it cannot be used."""
    try:
        connection = _connected(where, _LISTED_WITHIN_S)
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

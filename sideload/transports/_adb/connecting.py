"""From an address to an open connection."""

from sideload.transports._adb import handshake, keys, lanes
from sideload.transports._adb.address import Address
from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb.streams import Streams
from sideload.transports._adb.tcp import TcpTransport
from sideload.transports._adb.wire import Wire


def connected(where: Address, timeout_s: float) -> AdbConnection:
    """Connect to the device at an address; `timeout_s` bounds each silence of it, in seconds.

    Raises:
        DeviceError: As `Transport.connect` says.
    """
    transport = TcpTransport(where.host, where.port)
    transport.connect(timeout_s)
    return introduced(transport, str(where), timeout_s)


def introduced(transport: TcpTransport, serial: str, timeout_s: float) -> AdbConnection:
    """Get to know the device at the other end of an open transport."""
    try:
        wire = Wire(transport, timeout_s)
        agreement = handshake.shake(wire, keys.signers(), timeout_s)
        has_delayed_ack = "delayed_ack" in agreement.features
        streams = Streams(wire, has_delayed_ack=has_delayed_ack, timeout_s=timeout_s)
        most_lanes = 1 if has_delayed_ack else lanes.MOST
        return AdbConnection(serial, agreement, streams, most_lanes=most_lanes)
    except BaseException:
        transport.close()
        raise

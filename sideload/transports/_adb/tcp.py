"""Bytes to and from a device over TCP, as a transport that adb-shell could use too."""

import contextlib
import os
import select
import socket
from collections.abc import Sequence
from typing import Final

from adb_shell.transport.base_transport import BaseTransport

from sideload.errors import DeviceGoneError, NoDeviceError, RefusedError
from sideload.host import clock
from sideload.protocols.adb.packets import Data

RESTART: Final = "restart adb debugging on the phone, then run the command again"
_RECONNECT: Final = "check the cable or the network, then run the command again"
_LISTEN: Final = (
    "adb tcpip 5555 (phone on a cable), or sideload simulate, then run the command again"
)


class TcpTransport(BaseTransport):
    """A TCP connection without Nagle's delay, whose writes are always complete.

    Every `timeout_s` bounds the silence of the other end, in seconds; it may take longer in all.
    """

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._shown = f"{host}:{port}"
        self._socket: socket.socket | None = None

    def connect(self, transport_timeout_s: float) -> None:
        """Open the connection.

        Raises:
            NoDeviceError: The host has no address.
            RefusedError: Nothing listens there.
            DeviceGoneError: Nothing answers there.
        """
        try:
            opened = socket.create_connection(self._address, transport_timeout_s)
        except (socket.gaierror, UnicodeError) as error:
            raise NoDeviceError(
                f"no device at {self._shown}: {error}", remedy="sideload devices, which lists them"
            ) from error
        except TimeoutError as error:
            raise DeviceGoneError(f"nothing answers at {self._shown}", remedy=_LISTEN) from error
        except ConnectionResetError as error:
            # It was faster than our own system, which else would have told us of a connection.
            raise RefusedError(
                f"{self._shown} hung up, before the phone introduced itself", remedy=RESTART
            ) from error
        except OSError as error:
            problem = f"{self._shown} refused the connection: {error.strerror or error}"
            raise RefusedError(problem, remedy=_LISTEN) from error
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.adopt(opened)

    def adopt(self, opened: socket.socket) -> None:
        """Use a socket that is connected already."""
        opened.setblocking(False)
        self._socket = opened
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(opened, select.POLLIN)
        self._writable.register(opened, select.POLLOUT)

    def close(self) -> None:
        """Close the connection; what waits on it in another thread fails."""
        opened, self._socket = self._socket, None
        if opened is not None:
            with contextlib.suppress(OSError):  # the other end may have been faster
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()

    def send(self, parts: Sequence[Data], timeout_s: float) -> None:
        """Send all parts, one after the other, without joining them.

        Raises:
            DeviceGoneError: The connection broke, or nothing was taken for `timeout_s`.
        """
        rest = [memoryview(part) for part in parts if part]
        while rest:
            try:
                sent = self._open().sendmsg(rest)
            except BlockingIOError:
                self._wait(self._writable, timeout_s)
                continue
            except OSError as error:
                raise self._gone(error) from error
            while rest and sent >= len(rest[0]):
                sent -= len(rest.pop(0))
            if sent:
                rest[0] = rest[0][sent:]

    def receive_into(self, room: memoryview, timeout_s: float) -> int:
        """Read what there is, up to the size of `room`; how many bytes, 0 if none came in time.

        Raises:
            DeviceGoneError: The connection broke, or the other end closed it.
        """
        deadline_s = clock.monotonic_s() + timeout_s
        while True:
            try:
                received = self._open().recv_into(room)
            except BlockingIOError:
                if not self._readable.poll(max(0.0, deadline_s - clock.monotonic_s()) * 1000):
                    return 0
                continue
            except OSError as error:
                raise self._gone(error) from error
            if not received:
                raise DeviceGoneError(f"{self._shown} closed the connection", remedy=_RECONNECT)
            return received

    def bulk_read(self, numbytes: int, transport_timeout_s: float) -> bytes:
        """Up to `numbytes` bytes; for adb-shell."""
        room = bytearray(numbytes)
        return bytes(room[: self.receive_into(memoryview(room), transport_timeout_s)])

    def bulk_write(self, data: Data, transport_timeout_s: float) -> int:
        """Send all of `data`; for adb-shell, which would not notice a part."""
        self.send([data], transport_timeout_s)
        return len(data)

    def _wait(self, poll: "select.poll", timeout_s: float) -> None:
        if not poll.poll(timeout_s * 1000):
            raise DeviceGoneError(
                f"{self._shown} has taken nothing for {timeout_s:g} s", remedy=_RECONNECT
            )

    def _open(self) -> socket.socket:
        if self._socket is None:
            raise DeviceGoneError(f"the connection to {self._shown} is closed", remedy=_RECONNECT)
        return self._socket

    def _gone(self, error: OSError) -> DeviceGoneError:
        reason = os.strerror(error.errno) if error.errno else str(error)
        return DeviceGoneError(
            f"the connection to {self._shown} broke: {reason}", remedy=_RECONNECT
        )

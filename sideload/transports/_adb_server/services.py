"""The services of one phone through an adb server, each on a connection of its own."""

import select
import socket
import threading
from collections.abc import Callable
from typing import Final, TypeAlias
from weakref import WeakSet

from sideload.errors import DeviceError, DeviceGoneError
from sideload.host import clock, console
from sideload.protocols.adb import states
from sideload.transports._adb_server import asking, program, tracking, trouble
from sideload.transports._adb_server.asking import AbsentError, FailError
from sideload.transports._adb_server.channel import SocketChannel
from sideload.transports._adb_server.place import Place

Restored: TypeAlias = Callable[[], None]

# Whoever ends a server mostly starts another at once; ours must not be in its way.
_OTHERS_S: Final = 1.0
_PAUSE_S: Final = 0.1
_ENDING_S: Final = 0.2
# A new server has to find the phone again.
_BACK_S: Final = 15.0


class ServerServices:
    """A `Services`; `timeout_s` bounds each silence of the phone, in seconds.

    `restored` is called before anything else goes through another server.
    """

    def __init__(self, place: Place, serial: str, timeout_s: float) -> None:
        self.restored: Restored = _nothing
        self.timeout_s = timeout_s
        self._place = place
        self._serial = serial
        self._channels: WeakSet[SocketChannel] = WeakSet()
        self._lock = threading.RLock()
        self._is_closed = threading.Event()
        # A connection that asks nothing stays open exactly as long as the server lives.
        self._watch = _connected(place)

    def open(self, service: str, timeout_s: float | None = None) -> SocketChannel:
        """A new channel to a service; where the server ended before, through the next one.

        Raises:
            RefusedError: The phone has no such service.
            DeviceError: The phone cannot be used, or there is no server any more.
            ProtocolError: The service's name cannot be sent.
        """
        limit_s = timeout_s or self.timeout_s
        with self._lock:
            # The next server may have the phone already; what was held must be held again first.
            if self.has_ended(0.0):
                self.restore()
        try:
            opened = self._opened(service, limit_s)
        except DeviceGoneError:
            if not self.has_ended():
                raise
            self.restore()
            opened = self._opened(service, limit_s)
        channel = SocketChannel(opened, limit_s)
        self._channels.add(channel)
        return channel

    def has_ended(self, within_s: float = _ENDING_S) -> bool:
        """Has the server ended to which this phone was connected, or does it `within_s`?"""
        if self._is_closed.is_set():
            return False
        alive = select.poll()
        try:
            alive.register(self._watch, select.POLLIN)
            # A process that is ending closes one connection after the other.
            return bool(alive.poll(within_s * 1000)) and not self._watch.recv(1, socket.MSG_PEEK)
        except ConnectionResetError:
            return True

    def restore(self) -> None:
        """Wait for the phone at the next server; start one, if nobody else does.

        Raises:
            DeviceError: It did not come back, or no server can be started from here.
        """
        with self._lock:
            if not self.has_ended(0.0):
                return  # another thread was faster
            console.note(f"the adb server ended; looking for {self._serial} at the next one")
            self._await_server()
            try:
                self._await_phone()
            except (AbsentError, FailError) as error:
                raise _ended(self._place) from error
            ended, self._watch = self._watch, _connected(self._place)
            ended.close()
            try:
                self.restored()
            except BaseException:
                # Nobody shall go on without what could not be restored.
                self.close()
                raise

    def close(self) -> None:
        """End everything; whoever waits for a channel fails."""
        self._is_closed.set()
        self._watch.close()
        for channel in list(self._channels):
            channel.abort()

    def _opened(self, service: str, timeout_s: float) -> socket.socket:
        if self._is_closed.is_set():
            raise DeviceGoneError(
                f"the connection to {self._serial} is closed", remedy="run the command again"
            )
        connection = _connected(self._place)
        try:
            with asking.explained(self._place):
                asking.request(connection, f"host:transport:{self._serial}", asking.ANSWER_S)
                asking.request(connection, service, timeout_s)
        except FailError as error:
            connection.close()
            raise trouble.of_reason(self._serial, str(error)) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _await_server(self) -> None:
        deadline_s = clock.monotonic_s() + _OTHERS_S
        while not program.listens(self._place):
            if clock.monotonic_s() >= deadline_s:
                program.ensure(self._place)
                return
            self._is_closed.wait(_PAUSE_S)

    def _await_phone(self) -> None:
        if ":" in self._serial:
            # Only a phone on a cable, an emulator or a paired one is found without being named.
            asking.text(self._place, f"host:connect:{self._serial}")
        found = None
        for devices in tracking.lists(self._place, _BACK_S):
            found = next((one for one in devices if one.serial == self._serial), None)
            if found is not None and found.state == states.READY:
                return
        raise trouble.of_state(found) if found else _lost(self._serial)


def _nothing() -> None:
    """What is restored where nothing is held."""


def _connected(place: Place) -> socket.socket:
    try:
        return asking.connect(place)
    except AbsentError as error:
        raise _ended(place) from error


def _ended(place: Place) -> DeviceGoneError:
    return DeviceGoneError(f"the adb server at {place} ended", remedy=asking.RESTART)


def _lost(serial: str) -> DeviceError:
    return DeviceGoneError(
        f"the adb server ended, and the next one has no {serial}",
        remedy="connect the phone again, then run the command again, which continues",
    )

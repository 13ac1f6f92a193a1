"""Many streams over one connection.

There is no thread of ours in the background. Whoever waits for something reads the next packet,
for all; the others wait for him. So one command at a time costs no switch between threads, and two
at a time do not hold each other up.
"""

import itertools
import threading
from collections.abc import Callable
from typing import Final

from sideload.errors import DeviceError, DeviceGoneError, ProtocolError, RefusedError
from sideload.host import clock
from sideload.protocols.adb import packets
from sideload.protocols.adb.packets import Data, Packet
from sideload.transports._adb.stream import MOST_AHEAD, Stream
from sideload.transports._adb.wire import Wire

# What is on its way between two ends that are near each other; more than that only waits in
# memory, where it leaves the caches before it is looked at. And what no link is faster than.
_LEAST_AHEAD: Final = 2 << 20
_FASTEST_BYTES_PER_S: Final = 1e9

_WAIT_AGAIN: Final = "check that the phone is awake and connected, then run the command again"


class Streams:
    """All streams of one connection; the `Carrier` of each.

    `timeout_s` bounds each silence of the phone, in seconds.
    """

    def __init__(self, wire: Wire, *, has_delayed_ack: bool, timeout_s: float) -> None:
        self.has_delayed_ack = has_delayed_ack
        self.lock = threading.Condition()
        self.timeout_s = timeout_s
        self._wire = wire
        self._ids = itertools.count(1)
        self._streams: dict[int, Stream] = {}
        self._is_reading = False
        self._round_trip_s = float("inf")
        self._end: DeviceError | None = None

    @property
    def max_payload(self) -> int:
        """The most bytes that one packet may carry."""
        return self._wire.max_payload

    @property
    def ahead(self) -> int:
        """How far one end may run ahead of the other: what the way there and back can hold."""
        way_bytes = self._round_trip_s * _FASTEST_BYTES_PER_S
        return int(min(max(way_bytes, _LEAST_AHEAD), MOST_AHEAD))

    def open(self, service: str, timeout_s: float | None = None) -> Stream:
        """A new stream to a service of the phone; use it in a `with` block.

        Raises:
            RefusedError: The phone has no such service.
            ProtocolError: The service's name cannot be sent.
        """
        name = service.encode("utf-8", "surrogateescape") + b"\0"
        if len(name) > self.max_payload or name.count(b"\0") > 1:
            raise ProtocolError(
                f"a command of {len(name)} bytes cannot be sent to this phone",
                remedy="use shorter names, without NUL bytes",
            )
        stream = Stream(self, next(self._ids), timeout_s or self.timeout_s)
        with self.lock:
            self._streams[stream.local_id] = stream
        asked_s = clock.monotonic_s()
        self.send(packets.OPEN, stream.local_id, stream.ahead if self.has_delayed_ack else 0, name)
        if not stream.until_open():
            kind = service.partition(":")[0]
            raise RefusedError(
                f"the phone refused the service {kind!r}",
                remedy="restart adb debugging on the phone, then run the command again",
            )
        self._round_trip_s = min(self._round_trip_s, clock.monotonic_s() - asked_s)
        return stream

    def send(self, command: int, arg0: int, arg1: int, *payload: Data) -> None:
        """Send one packet."""
        self._wire.send(command, arg0, arg1, *payload)

    def until(self, reached: Callable[[], bool], timeout_s: float) -> None:
        """Handle packets until `reached`.

        Raises:
            DeviceGoneError: The connection broke, or `timeout_s` went by without.
            ProtocolError: The other end does not keep to the protocol.
        """
        deadline_s = clock.monotonic_s() + timeout_s
        with self.lock:
            while not reached():
                rest_s = deadline_s - clock.monotonic_s()
                if self._end is not None:
                    raise self._end
                if rest_s <= 0:
                    raise DeviceGoneError(
                        f"the phone said nothing for {timeout_s:g} s", remedy=_WAIT_AGAIN
                    )
                if self._is_reading:
                    self.lock.wait(rest_s)
                else:
                    self._read(rest_s)

    def poll(self) -> None:
        """Handle the packets that have arrived, without waiting for more."""
        with self.lock:
            while not self._is_reading and self._end is None and self._read(0.0):
                pass

    def release(self, payload: Data) -> None:
        """Say that a payload is not looked at any more."""
        self._wire.release(payload)

    def forget(self, stream: Stream) -> None:
        """Nothing that still arrives for it is of interest."""
        with self.lock:
            self._streams.pop(stream.local_id, None)

    def close(self) -> None:
        """Close the connection; whoever waits for a stream of it fails."""
        self._wire.close()

    def _read(self, timeout_s: float) -> bool:
        """Read one packet for everybody, the lock let go meanwhile; was there one?"""
        self._is_reading = True
        self.lock.release()
        packet: Packet | None = None
        end: DeviceError | None = None
        try:
            packet = self._wire.receive(timeout_s)
        except DeviceError as error:
            end = error
        finally:
            self.lock.acquire()
            self._is_reading = False
            self._end = end
            self.lock.notify_all()
        if packet is not None:
            self._dispatch(packet)
        return packet is not None

    def _dispatch(self, packet: Packet) -> None:
        try:
            self._hand_over(packet)
        except DeviceError as error:
            self._end = error

    def _hand_over(self, packet: Packet) -> None:
        stream = self._streams.get(packet.arg1)
        if packet.command == packets.OPEN:
            self.send(packets.CLSE, 0, packet.arg0)  # we offer no services
        elif stream is None:
            self.release(packet.payload)  # the rest of one that we have closed
        elif packet.command == packets.WRTE:
            stream.deliver(packet.arg0, packet.payload)
        elif packet.command == packets.OKAY:
            stream.acknowledge(packet.arg0, packet.payload)
        elif packet.command == packets.CLSE:
            stream.is_closed = True

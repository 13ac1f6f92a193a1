"""What a stream makes of acknowledgements and closings, however odd they are."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sideload.errors import DeviceGoneError, ProtocolError
from sideload.protocols.adb import packets
from sideload.transports._adb.stream import Stream
from sideload.transports._adb.streams import Streams
from sideload.transports._adb.tcp import TcpTransport
from sideload.transports._adb.wire import Wire

OURS, THEIRS, OTHER = 1, 7, 8
TIMEOUT_S = 1.0
WINDOW = 32 << 20


@contextmanager
def opened(window: int = WINDOW) -> Iterator[tuple[Streams, Stream, socket.socket]]:
    """A connection, a stream with counted acknowledgements, and the phone's end of both."""
    near, far = socket.socketpair()
    transport = TcpTransport("phone", 1)
    transport.adopt(near)
    wire = Wire(transport, TIMEOUT_S)
    wire.has_checksums = False
    streams = Streams(wire, has_delayed_ack=True, timeout_s=TIMEOUT_S)
    with far:
        far.sendall(_packet(packets.OKAY, THEIRS, packets.pack_count(window)))
        try:
            yield streams, streams.open("sync:"), far
        finally:
            streams.close()


def test_what_the_phone_offers_is_not_all_used_between_ends_that_are_near() -> None:
    with opened() as (streams, _, far):
        far.sendall(_packet(packets.OKAY, THEIRS, packets.pack_count(WINDOW), ours=OURS + 1))
        second = streams.open("sync:")
        written = 0
        while second.is_writable:
            second.write(bytes(1024))
            far.recv(1 << 16)
            written += 1024

    assert written == 2 << 20


def test_a_window_that_shrinks_is_kept_to() -> None:
    with opened(1000) as (_, stream, far):
        far.sendall(_packet(packets.OKAY, THEIRS, packets.pack_count(-1000)))
        stream.poll()
        was_writable = stream.is_writable
        far.sendall(_packet(packets.OKAY, THEIRS, packets.pack_count(1)))
        stream.poll()

        assert not was_writable
        assert stream.is_writable


@pytest.mark.parametrize("command", [packets.OKAY, packets.WRTE])
def test_a_packet_in_the_name_of_another_stream_is_no_adb(command: int) -> None:
    with opened() as (_, stream, far):
        far.sendall(_packet(command, OTHER, packets.pack_count(5)))

        with pytest.raises(ProtocolError, match="mixes up its streams"):
            stream.read()


def test_a_packet_for_nobody_is_passed_over() -> None:
    with opened() as (_, stream, far):
        for command in (packets.OKAY, packets.WRTE, packets.CLSE):
            far.sendall(_packet(command, OTHER, b"", ours=99))
        far.sendall(_packet(packets.WRTE, THEIRS, b"hello"))

        assert bytes(stream.read()) == b"hello"


def test_a_phone_that_closes_in_the_middle_is_noticed_at_once() -> None:
    with opened(0) as (_, stream, far):
        stream.timeout_s = 60.0
        far.sendall(_packet(packets.CLSE, THEIRS, b""))

        with pytest.raises(DeviceGoneError, match="hung up"):
            stream.until_writable()


def test_a_phone_that_takes_nothing_is_given_up() -> None:
    with opened(0) as (_, stream, _), pytest.raises(DeviceGoneError, match="said nothing for 1 s"):
        stream.until_writable()


def _packet(command: int, theirs: int, payload: bytes, ours: int = OURS) -> bytes:
    return packets.pack_header(command, theirs, ours, len(payload), 0) + payload

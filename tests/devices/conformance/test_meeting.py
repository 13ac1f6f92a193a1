"""What both ends know of each other when they have met, and what they refuse."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from sideload.errors import RefusedError
from sideload.protocols.adb import packets, sync
from sideload.transports._adb import handshake, keys
from sideload.transports._adb.address import parse
from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb.stream import Stream
from sideload.transports._adb.streams import Streams
from sideload.transports._adb.tcp import TcpTransport
from sideload.transports._adb.wire import Wire
from tests.devices.conformance.subjects import DIRECT, TIMEOUT_S, Subject

# Packets are between the phone and us only where no server is in between.
pytestmark = pytest.mark.parametrize("kind", list(DIRECT), indirect=True, scope="session")

# What adbd learnt with Android 7, 8, 9 and 11.
LATER = {"shell_v2", "cmd", "stat_v2", "ls_v2", "sendrecv_v2"}


@contextmanager
def met(subject: Subject) -> Iterator[tuple[frozenset[str], Wire, Streams]]:
    """What the phone can do, and its services without anything around them."""
    where = parse(subject.address)
    transport = TcpTransport(where.host, where.port)
    transport.connect(TIMEOUT_S)
    with closing(Wire(transport, TIMEOUT_S)) as wire:
        agreement = handshake.shake(wire, keys.signers(), TIMEOUT_S)
        has_delayed_ack = "delayed_ack" in agreement.features
        streams = Streams(wire, has_delayed_ack=has_delayed_ack, timeout_s=TIMEOUT_S)
        yield agreement.banner.features, wire, streams


@pytest.fixture
def streams(subject: Subject) -> Iterator[Streams]:
    with met(subject) as (_, _, opened):
        yield opened


def test_a_phone_says_who_it_is(subject: Subject, connection: AdbConnection) -> None:
    device = connection.device

    assert (device.serial, device.state) == (subject.address, "device")
    assert "unknown" not in {device.model, device.system, device.abi}


def test_a_phone_says_what_it_can_do(subject: Subject) -> None:
    with met(subject) as (features, _, _):
        assert (features >= LATER) is not subject.is_old
        assert features.isdisjoint(LATER) is subject.is_old


def test_both_ends_agree_on_packets_that_carry_as_much_as_there_is(subject: Subject) -> None:
    with met(subject) as (_, wire, _):
        assert wire.max_payload >= 256 << 10
        assert wire.has_checksums is (wire.max_payload < packets.MAX_PAYLOAD)


@pytest.mark.parametrize(
    "service", ["no-such-service:", "framebuffer2:", "", ":", "sync", "x" * 900]
)
def test_a_service_that_there_is_not_is_refused_at_once(streams: Streams, service: str) -> None:
    with pytest.raises(RefusedError, match="refused the service"):
        streams.open(service)

    with streams.open("exec:echo well") as stream:
        assert _all(stream) == b"well\n"


def test_a_stream_ends_when_the_service_does(streams: Streams) -> None:
    with streams.open("exec:echo out; sleep 0.1; echo more") as stream:
        assert _all(stream) == b"out\nmore\n"
        assert stream.is_closed


def test_a_stream_that_we_close_ends_alone(streams: Streams) -> None:
    with streams.open("exec:cat") as kept:
        for _ in range(5):
            streams.open("exec:cat /dev/zero").close()
        kept.write(b"still here")

        assert bytes(kept.read()) == b"still here"


def test_many_streams_are_open_at_once(streams: Streams) -> None:
    opened = [streams.open("exec:cat") for _ in range(40)]
    for number, stream in enumerate(opened):
        stream.write(b"%d" % number)

    said = [bytes(stream.read()) for stream in reversed(opened)]
    for stream in opened:
        stream.close()

    assert said == [b"%d" % number for number in reversed(range(40))]


def test_a_request_may_be_torn_into_single_bytes(streams: Streams, folder: str) -> None:
    with streams.open("sync:") as stream:
        for byte in sync.request(sync.STAT, folder):
            stream.until_writable()
            stream.write(bytes([byte]))

        answer = b""
        while len(answer) < 16:
            answer += bytes(stream.read())

    assert answer[:4] == sync.STAT
    assert int.from_bytes(answer[4:8], "little") & 0o170000 == 0o040000


@pytest.mark.parametrize("request_", [b"WHAT\4\0\0\0abcd", b"STAT\xff\xff\xff\xff", b"\0" * 8])
def test_what_is_no_request_ends_the_stream_alone(streams: Streams, request_: bytes) -> None:
    with streams.open("sync:") as stream:
        stream.write(request_)
        _all(stream)

    with streams.open("exec:echo well") as other:
        assert _all(other) == b"well\n"


def test_the_files_service_ends_when_it_is_told_to(streams: Streams) -> None:
    with streams.open("sync:") as stream:
        stream.write(sync.REQUEST.pack(sync.QUIT, 0))

        assert _all(stream) == b""


def _all(stream: Stream) -> bytes:
    said = b""
    while not stream.is_closed or stream.is_readable:
        said += bytes(stream.read())
    return said

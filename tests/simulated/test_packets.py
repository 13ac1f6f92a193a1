"""What arrives may be anything; the phone goes on for everybody else."""

import random
import struct
import subprocess
import time
from contextlib import suppress

import pytest

from sideload.protocols.adb import packets, shell, sync
from sideload.simulated import RunningPhone
from tests.simulated.client import WITH_DELAYED_ACK, Client, GoneError, Key, connected
from tests.simulated.conftest import Connect, Start

DEADLINE_S = 10.0


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: phone\r\n\r\n",
        bytes(24),
        b"\xff" * 24,
        packets.pack_header(packets.CNXN, 1, 2, 0, 0)[:20] + b"nope",
        packets.pack_header(packets.CNXN, packets.VERSION, packets.MAX_PAYLOAD, 1 << 31, 0),
        packets.pack_header(packets.WRTE, 1, 1, packets.MAX_PAYLOAD + 1, 0),
    ],
    ids=["http", "zeros", "ones", "wrong magic", "two gigabytes", "one too many"],
)
def test_what_is_no_packet_ends_its_connection_and_no_other(
    data: bytes, phone: RunningPhone, client: Client
) -> None:
    stranger = Client(phone.address)
    stranger.send_raw(data)

    with pytest.raises(GoneError):
        stranger.receive()
    assert client.run("echo fine").out == b"fine\n"
    stranger.close()


@pytest.mark.parametrize("seed", range(20))
def test_noise_after_the_greeting_harms_nobody(
    seed: int, phone: RunningPhone, key: Key, client: Client
) -> None:
    noise = random.Random(seed)  # noqa: S311 - noise that is the same in every run
    commands = (packets.OPEN, packets.OKAY, packets.WRTE, packets.CLSE, packets.STLS, 0x12345678)
    with connected(phone.address, key, features=WITH_DELAYED_ACK) as stranger:
        for _ in range(50):
            payload = noise.randbytes(noise.choice((0, 1, 4, 5, 100)))
            with suppress(ConnectionError):  # it may have heard enough
                stranger.send(
                    noise.choice(commands), noise.randrange(4), noise.randrange(4), payload
                )

    assert client.run("echo fine").out == b"fine\n"


@pytest.mark.parametrize("seed", range(20))
def test_noise_in_a_sync_stream_harms_nobody(seed: int, client: Client) -> None:
    noise = random.Random(seed)  # noqa: S311 - noise that is the same in every run
    stream = client.open("sync:")
    names = [sync.SEND, sync.SEND_V2_NAME, sync.RECV, sync.STAT_V2, sync.LIST_V2, b"\0\0\0\0"]
    client.send(
        packets.WRTE,
        stream.local_id,
        stream.remote_id,
        sync.REQUEST.pack(noise.choice(names), noise.choice((0, 1, 9, 1024, 1025, 1 << 31)))
        + noise.randbytes(noise.choice((0, 1, 20, 5000))),
    )
    stream.close()
    stream.rest()

    assert client.run("echo fine").out == b"fine\n"


def test_a_wrong_checksum_ends_the_connection_where_there_are_checksums(
    phone: RunningPhone, key: Key
) -> None:
    with connected(phone.address, key, version=packets.VERSION_OLD) as client:
        client.send_raw(packets.pack_header(packets.OPEN, 1, 0, 9, 1) + b"shell:id\0")

        with pytest.raises(GoneError):
            client.receive()


def test_a_flood_of_streams_is_stemmed_and_all_they_started_ends(
    start: Start, connect: Connect
) -> None:
    phone = start()
    client, other = connect(phone), connect(phone)
    for number in range(1, 401):
        client.send(packets.OPEN, number, 0, b"shell,v2,raw:exec sleep 54321\0")
    commands = [client.receive()[0].command for _ in range(400)]

    assert commands.count(packets.OKAY) == 256
    assert commands.count(packets.CLSE) == 144
    client.close()
    _until_none_of("sleep 54321")
    assert other.run("echo fine").out == b"fine\n"


def test_a_frame_that_claims_gigabytes_costs_no_memory(start: Start, connect: Connect) -> None:
    phone = start()
    client = connect(phone)
    stream = client.open("shell,v2,raw:cat > /dev/null")
    before = _resident_kib(phone.pid)
    stream.write(shell.FRAME.pack(shell.STDIN, 0xFFFFFFFF))
    for _ in range(64):
        stream.write(bytes(1 << 20))

    assert _resident_kib(phone.pid) - before < 32 << 10


def test_a_client_that_ignores_its_window_is_thrown_out(start: Start, connect: Connect) -> None:
    client = connect(start(), WITH_DELAYED_ACK)
    stream = client.open("shell,v2,raw:exec sleep 1000")
    packet = packets.pack_header(packets.WRTE, stream.local_id, stream.remote_id, 1 << 20, 0)
    # One frame that never ends, for a command that reads nothing.
    client.send_raw(
        packets.pack_header(packets.WRTE, stream.local_id, stream.remote_id, 5, 0)
        + struct.pack("<BI", shell.STDIN, 0xFFFFFFFF)
    )

    with pytest.raises(ConnectionError):
        client.send_raw(packet + (bytes(1 << 20) + packet) * 200)


def test_a_client_that_reads_nothing_does_not_fill_the_memory(
    start: Start, connect: Connect
) -> None:
    phone = start()
    idle, other = connect(phone, WITH_DELAYED_ACK), connect(phone)
    idle.send(packets.OPEN, 1, 0x7FFFFFFF, b"exec:cat /dev/zero\0")
    other.run("sleep 1")

    assert _resident_kib(phone.pid) < 96 << 10
    assert other.run("echo fine").out == b"fine\n"


def _until_none_of(words: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while words in _commands():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _commands() -> str:
    return subprocess.check_output(["ps", "-A", "-o", "args="], text=True, errors="replace")


def _resident_kib(pid: int) -> int:
    return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)]))

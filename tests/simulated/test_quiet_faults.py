"""Faults that our side survives are there all the same: seen with a client that tells all."""

import socket
import time
from pathlib import Path

import pytest

from sideload.errors import ProtocolError, UsageError
from sideload.protocols.adb import entries, packets, sync
from sideload.simulated import RunningPhone, Simulator
from sideload.simulated.android import faults
from tests.simulated.client import WITH_DELAYED_ACK, Client, GoneError
from tests.simulated.conftest import Connect, Start

TMP = "/data/local/tmp"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("reset-at=lunch", "--fault reset-at=STEP[:COUNT]"),
        ("reset-at=open:0", "--fault reset-at=STEP[:COUNT]"),
        ("flip-bit=3", "--fault flip-bit=BYTE:in|out"),
        ("flip-bit=x:in", "--fault flip-bit=BYTE:in|out"),
        ("lying-features=cmd", "--fault lying-features=FEATURE"),
        ("small-buffers=0", "--fault small-buffers=BYTES"),
    ],
)
def test_more_faults_that_make_no_sense_are_refused(text: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        faults.parse([text])

    assert caught.value.remedy == remedy


def test_half_a_round_trip_passes_each_way(start: Start, connect: Connect) -> None:
    client = connect(start("round-trip=200"))
    begin_s = time.monotonic()
    answer = client.run("echo here")

    assert answer.out == b"here\n"
    assert time.monotonic() - begin_s >= 0.2


def test_small_buffers_hold_little(start: Start) -> None:
    """What nobody reads on a slow phone has to wait on this side."""
    sizes = []
    for phone in (start("small-buffers=4096", "stall-after=0"), start("stall-after=0")):
        client = Client(phone.address)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        client.socket.settimeout(0.2)
        sizes.append(_taken(client))
        client.close()

    assert sizes[0] < sizes[1]


def test_a_reconnect_storm_ends_after_its_count(start: Start, connect: Connect) -> None:
    phone = start("reconnect-storm=2")
    for _ in range(2):
        client = Client(phone.address)
        with pytest.raises((GoneError, ConnectionError)):
            client.greet()
        client.close()

    assert connect(phone).run("echo in").out == b"in\n"


def test_half_a_connection_still_hears(start: Start, connect: Connect) -> None:
    client = connect(start("half-close=3000"))
    client.send(packets.OPEN, 7, 0, f"shell:echo x > {TMP}/heard\0".encode() + bytes(3000))
    with pytest.raises(GoneError):
        client.receive()

    # It is not told that the end is near: what is sent is still taken without an error.
    client.send(packets.OPEN, 8, 0, b"shell:true\0")


def test_a_flipped_bit_changes_what_is_stored(start: Start, connect: Connect) -> None:
    phone = start("flip-bit=50000:in")
    connect(phone).push(f"{TMP}/file", bytes(100_000))

    assert sum((phone.root / TMP.lstrip("/") / "file").read_bytes()) == 1


@pytest.mark.parametrize(
    ("fault", "missing"),
    [
        ("no-shell-v2", {"shell_v2"}),
        ("no-sync-v2", {"stat_v2", "ls_v2", "sendrecv_v2"}),
        ("no-delayed-ack", {"delayed_ack"}),
        ("lying-features=shell_v2", set()),
    ],
)
def test_a_feature_that_is_missing_is_not_announced(
    start: Start, connect: Connect, fault: str, missing: set[str]
) -> None:
    told = connect(start(fault), features=WITH_DELAYED_ACK).banner.features

    assert set(connect(start()).banner.features) - set(told) == missing


@pytest.mark.parametrize("fault", ["duplicate-okay", "foreign-okay", "opens-back"])
def test_a_stream_is_opened_with_more_than_one_packet(
    start: Start, connect: Connect, fault: str
) -> None:
    client = connect(start(fault))
    client.send(packets.OPEN, 5, 0, b"shell:true\0")
    first, second = client.receive()[0], client.receive()[0]

    assert {first.command, second.command} <= {packets.OKAY, packets.OPEN}
    assert 5 in {first.arg1, second.arg1}


@pytest.mark.parametrize(
    ("fault", "counts"),
    [
        ("negative-ack", [packets.WINDOW, -2 * packets.WINDOW, 2 * packets.WINDOW]),
        ("ack-overflow", [(1 << 31) - 1]),
    ],
)
def test_acknowledgements_count_what_nobody_sent(
    start: Start, connect: Connect, fault: str, counts: list[int]
) -> None:
    client = connect(start(fault), features=WITH_DELAYED_ACK)
    client.send(packets.OPEN, 5, 1 << 20, b"sync:\0")

    assert [packets.parse_count(client.receive()[1]) for _ in counts] == counts


def test_unknown_commands_come_before_the_known(start: Start, connect: Connect) -> None:
    client = connect(start("unknown-commands"))
    client.send(packets.OPEN, 5, 0, b"shell:true\0")

    assert client.receive()[0].command.to_bytes(4, "little") == b"WHAT"
    assert client.receive()[0].command == packets.OKAY


def test_a_wrong_magic_is_one(start: Start, connect: Connect) -> None:
    client = connect(start("wrong-magic"))
    client.send(packets.OPEN, 5, 0, b"shell:echo x\0")
    client.receive()

    with pytest.raises(ProtocolError, match="no adb packet"):
        client.receive()


def test_sizes_of_files_overflow(start: Start, connect: Connect) -> None:
    client = connect(start("huge-sizes"))
    stream = client.open("sync:")
    stream.write(sync.request(sync.STAT_V2, TMP))
    found, _ = entries.parse_stat_v2(stream.exactly(entries.STAT_V2_SIZE))

    assert found is not None
    assert found.size_bytes == 1 << 63


def test_names_that_lead_elsewhere_are_listed(start: Start, connect: Connect) -> None:
    with pytest.raises(ProtocolError, match=r"\.\./\.\./evil"):
        connect(start("evil-names")).names(TMP)


def test_a_zip_bomb_is_given_only_to_who_asks_for_one(start: Start, connect: Connect) -> None:
    zstandard = pytest.importorskip("zstandard")
    client = connect(start("zip-bomb"))
    client.push(f"{TMP}/file", b"content")
    stream = client.open("sync:")
    stream.write(sync.request(sync.RECV_V2_NAME, f"{TMP}/file"))
    stream.write(sync.REQUEST.pack(sync.RECV_V2_NAME, 4))
    name, size_bytes = sync.REQUEST.unpack(stream.exactly(sync.REQUEST.size))
    bomb = stream.exactly(size_bytes)
    reader = zstandard.ZstdDecompressor().stream_reader(bomb)
    exploded = sum(len(piece) for piece in iter(lambda: reader.read(1 << 20), b""))

    assert name == sync.DATA
    assert (size_bytes < 40_000, exploded) == (True, 1 << 30)
    assert client.pull(f"{TMP}/file") == b"content"


def test_a_planted_link_is_replaced_by_a_push(start: Start, connect: Connect) -> None:
    phone = start("planted-symlink")
    connect(phone).push(f"{TMP}/below/file", b"content")

    assert (phone.root / TMP.lstrip("/") / "victim").read_text() == "planted by somebody else"
    assert (phone.root / TMP.lstrip("/") / "below/file").read_bytes() == b"content"


def test_a_slow_disk_takes_its_time(start: Start, connect: Connect) -> None:
    client = connect(start("slow-disk=500000"))
    begin_s = time.monotonic()
    client.push(f"{TMP}/file", bytes(200_000))

    assert time.monotonic() - begin_s >= 0.4


def test_a_clock_of_1970_is_in_files_and_on_the_wall(start: Start, connect: Connect) -> None:
    client = connect(start("epoch-clock"))
    client.push(f"{TMP}/pushed", b"")
    client.run(f"touch {TMP}/touched")
    times = client.run(f"stat -c %Y {TMP}/pushed {TMP}/touched; date +%s").out.split()

    assert [int(time_s) < 86_400 for time_s in times] == [True] * 3


def test_nothing_pushed_is_executed_where_execution_is_forbidden(
    start: Start, connect: Connect
) -> None:
    client = connect(start("noexec"))
    client.push(f"{TMP}/script", b"#!/bin/sh\necho ran\n", mode=0o100755)
    answer = client.run(f"chmod 755 {TMP}/script; {TMP}/script")

    assert answer.code == 126
    assert b"Permission denied" in answer.err


def test_what_is_half_pushed_is_gone_when_the_connection_breaks(
    start: Start, connect: Connect
) -> None:
    phone = start("drop-after=100000")
    with pytest.raises((GoneError, ConnectionError)):
        connect(phone).push(f"{TMP}/half", bytes(200_000))

    deadline_s = time.monotonic() + 10
    while (phone.root / TMP.lstrip("/") / "half").exists():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_faults_come_and_go_while_the_phone_runs(
    simulator: Simulator, start: Start, connect: Connect
) -> None:
    phone = start()
    client = connect(phone)
    with simulator.faulty(phone, "read-only", "no-sha256sum"):
        spoilt = client.run(f"echo x > {TMP}/x")
        missing = client.run("sha256sum /dev/null").code
    healed = client.run(f"echo x > {TMP}/x; sha256sum {TMP}/x")

    assert (spoilt.code, missing, healed.code) == (1, 127, 0)


def test_a_list_of_faults_that_makes_no_sense_changes_nothing_and_is_in_the_log(
    start: Start, connect: Connect
) -> None:
    phone = start("no-df")
    client = connect(phone)
    (phone.root / ".sideload-faults").write_text("nonsense\n")

    assert client.run("df").code == 127
    assert b"no fault called 'nonsense'" in client.run("logcat -d").out


def test_a_fault_that_makes_no_sense_is_refused_before_the_phone_sees_it(
    simulator: Simulator, start: Start
) -> None:
    phone = start()

    with pytest.raises(UsageError, match="no fault called"), simulator.faulty(phone, "nonsense"):
        pass
    assert (phone.root / ".sideload-faults").read_text() == ""


def test_the_file_of_faults_is_the_phones_own_and_no_program_is_left_behind(
    simulator: Simulator, start: Start, connect: Connect
) -> None:
    phone: RunningPhone = start()
    before = _programs(phone)
    with simulator.faulty(phone, "hot", "wrong-hash"):
        assert connect(phone).run("getprop sideload.thermal.status").out == b"3\n"
    connect(phone).run("true")

    assert _programs(phone) == before


def _taken(client: Client) -> int:
    """How many bytes can be sent to a phone that reads none."""
    taken = 0
    try:
        while True:
            taken += client.socket.send(bytes(1 << 16))
    except TimeoutError:
        return taken


def _programs(phone: RunningPhone) -> dict[str, str]:
    folder = Path(phone.root, "system/bin")
    return {file.name: file.read_text("utf-8", "replace")[:40] for file in folder.iterdir()}

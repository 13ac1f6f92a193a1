"""Each fault does what it says, and nothing else."""

import hashlib
import json
import time
from pathlib import Path

import pytest

from sideload.errors import UsageError
from sideload.protocols.adb import packets, sync
from sideload.simulated import RunningPhone, Simulator
from sideload.simulated.android import faults
from tests.simulated.client import Client, ClosedError, GoneError, Key, connected
from tests.simulated.conftest import Connect, Start

TMP = "/data/local/tmp"
LINES = b"".join(b'sideload:1 {"index":%d}\n' % number for number in range(12))


def test_an_unknown_fault_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no fault called 'sloow'; there are .*slow"):
        faults.parse(["sloow=1"])


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("slow", "--fault slow=BYTES_PER_S"),
        ("slow=0", "--fault slow=BYTES_PER_S"),
        ("slow=-1", "--fault slow=BYTES_PER_S"),
        ("slow=٣", "--fault slow=BYTES_PER_S"),
        ("max-payload=12", "--fault max-payload=BYTES"),
        ("kill-runner=0", "--fault kill-runner=LINES"),
        ("small-disk=12", "--fault small-disk=BYTES"),
        ("drop-after=1:twice", "--fault drop-after=BYTES[:once]"),
        ("refuse=1", "--fault refuse"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_how_it_would(text: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        faults.parse([text])

    assert caught.value.remedy == remedy


def test_every_fault_is_described_in_one_sentence(simulator: Simulator) -> None:
    described = simulator.faults()

    assert len(described) == len(faults.FAULTS)
    assert all(does.endswith(".") and "\n" not in does for does in described.values())


def test_refuse_closes_every_connection_at_once(start: Start) -> None:
    client = Client(start("refuse").address)

    with pytest.raises((GoneError, ConnectionError)):
        client.greet()
    client.close()


def test_unauthorized_lets_nobody_in(start: Start, key: Key) -> None:
    phone = start("unauthorized")
    client = Client(phone.address)
    token = client.greet()

    for _ in range(3):
        header, token = client.prove(packets.SIGNATURE, key.sign(token))
        assert header.command == packets.AUTH
    client.send(packets.AUTH, packets.PUBLIC_KEY, 0, key.line)
    assert client.prove(packets.SIGNATURE, key.sign(token))[0].command == packets.AUTH
    assert not (phone.root / "data/misc/adb/adb_keys").exists()
    client.close()


def test_old_protocol_has_checksums_and_none_of_the_newer_services(
    start: Start, connect: Connect
) -> None:
    client = connect(start("old-protocol"))

    assert client.banner.features == frozenset()
    assert client.exec("echo fine") == b"fine\n"
    assert client.open("shell:echo fine").rest() == b"fine\n"
    client.features = ()
    assert client.push(f"{TMP}/file", bytes(300_000)) == ""
    assert client.pull(f"{TMP}/file") == bytes(300_000)
    stream = client.open("sync:")
    stream.write(sync.request(sync.STAT_V2, TMP))
    assert b"unknown request" in stream.rest()
    with pytest.raises(ClosedError):
        client.open("shell,v2,raw:echo")


def test_max_payload_is_told_and_kept(start: Start, connect: Connect) -> None:
    client = connect(start("max-payload=4096"))
    stream = client.open("exec:head -c 100000 /dev/zero")
    header, payload = client.receive()

    assert header.command == packets.WRTE
    assert len(payload) <= 4096
    client.send(packets.WRTE, stream.local_id, stream.remote_id, bytes(5000))
    with pytest.raises((GoneError, ConnectionError)):
        client.receive()


def test_slow_takes_its_time_either_way(start: Start, connect: Connect) -> None:
    client = connect(start("slow=500000"))
    begin = time.monotonic()
    client.push(f"{TMP}/file", bytes(250_000))
    middle = time.monotonic()
    assert client.pull(f"{TMP}/file") == bytes(250_000)

    assert middle - begin > 0.45
    assert time.monotonic() - middle > 0.45


def test_drop_after_drops_each_connection(start: Start, connect: Connect) -> None:
    phone = start("drop-after=100000")
    for _ in range(2):
        client = connect(phone)
        assert client.push(f"{TMP}/small", bytes(50_000)) == ""
        with pytest.raises((GoneError, ConnectionError)):
            client.push(f"{TMP}/large", bytes(100_000))


def test_drop_after_once_drops_the_first_only(start: Start, connect: Connect) -> None:
    phone = start("drop-after=100000:once")
    with pytest.raises((GoneError, ConnectionError)):
        connect(phone).push(f"{TMP}/large", bytes(200_000))

    assert connect(phone).push(f"{TMP}/large", bytes(200_000)) == ""


def test_stall_after_keeps_the_connection_and_says_nothing(start: Start, connect: Connect) -> None:
    client = connect(start("stall-after=100000"))
    client.socket.settimeout(0.5)

    with pytest.raises(TimeoutError):
        client.push(f"{TMP}/large", bytes(200_000))


def test_reboot_after_is_away_for_a_moment_and_keeps_the_files(
    start: Start, connect: Connect
) -> None:
    phone = start("reboot-after=100000")
    client = connect(phone)
    client.push(f"{TMP}/kept", b"kept")
    with pytest.raises((GoneError, ConnectionError)):
        client.push(f"{TMP}/large", bytes(200_000))

    again = _once_it_is_back(phone, connect)
    assert again.pull(f"{TMP}/kept") == b"kept"
    assert again.push(f"{TMP}/large", bytes(200_000)) == ""
    assert b": reboot\n" in again.run("logcat -d").out


def test_full_after_stops_in_the_middle_of_a_file(start: Start, connect: Connect) -> None:
    client = connect(start("full-after=100000"))

    assert client.push(f"{TMP}/small", bytes(60_000)) == ""
    assert client.push(f"{TMP}/large", bytes(60_000)).endswith("No space left on device")
    assert _available_kib(client) > 1 << 10


@pytest.mark.parametrize("command", ["cat > {}", "cat >> {}", "dd of={} 2>/dev/null", "tee {}"])
def test_full_after_stops_a_command_that_stores_its_input(
    command: str, start: Start, connect: Connect
) -> None:
    client = connect(start("full-after=100000"))
    answer = client.run(command.format(f"{TMP}/file"), bytes(200_000))

    assert answer.code == 1
    assert b"No space left on device" in answer.err
    assert client.run("cat", b"not stored").out == b"not stored"


def test_small_disk_tells_how_little_is_left(start: Start, connect: Connect) -> None:
    client = connect(start("small-disk=1000000"))
    before = _available_kib(client)
    client.push(f"{TMP}/file", bytes(500_000))
    after = _available_kib(client)

    assert before < 1000
    assert 450 < before - after < 600
    assert "No space left" in client.push(f"{TMP}/more", bytes(600_000))


def test_read_only_stores_nothing(start: Start, connect: Connect) -> None:
    client = connect(start("read-only"))

    assert client.push(f"{TMP}/file", b"") == "couldn't create file: Read-only file system"
    for command in (f"mkdir {TMP}/x", f"echo > {TMP}/x", f"dd of={TMP}/x", f"mv {TMP} /data/y"):
        answer = client.run(command)
        assert answer.code != 0
        assert b"Read-only file system" in answer.err
    assert client.names(TMP) == {".", ".."}
    assert client.run(f"ls {TMP} 2>/dev/null").code == 0


def test_wrong_hash_lies(start: Start, connect: Connect) -> None:
    client = connect(start("wrong-hash"))
    client.push(f"{TMP}/file", b"content")
    right = hashlib.sha256(b"content").hexdigest()

    told = client.run(f"sha256sum {TMP}/file").out.decode()

    assert told == f"deadbeef{right[8:]}  {TMP}/file\n"


def test_no_sha256sum_is_not_there(start: Start, connect: Connect) -> None:
    assert connect(start("no-sha256sum")).run("sha256sum /data/x").code == 127


def test_garbage_output_is_between_lines_that_stay_whole(start: Start, connect: Connect) -> None:
    client = connect(start("garbage-output"))
    lines = client.run("cat", LINES).out.splitlines()
    whole = [line for line in lines if line.startswith(b"sideload:1 {") and line.endswith(b"}")]

    assert whole == LINES.splitlines()
    assert len(lines) >= 2 * len(whole)
    assert [json.loads(line[11:])["index"] for line in whole] == list(range(12))
    assert client.run("cat", b"other output\n").out == b"other output\n"


def test_kill_runner_lets_so_many_lines_pass(start: Start, connect: Connect) -> None:
    client = connect(start("kill-runner=5"))
    answer = client.run("cat; echo survived; printf tail; sleep 1000", b"hello\n" + LINES)

    assert answer.code == 137
    assert answer.out == b"hello\n" + b"".join(LINES.splitlines(keepends=True)[:5])
    assert client.run("echo no runner").code == 0


def test_faults_add_up(start: Start, connect: Connect) -> None:
    client = connect(start("wrong-hash", "full-after=1000", "max-payload=1024"))

    assert client.run("sha256sum", b"x").out.startswith(b"deadbeef")
    assert "No space left" in client.push(f"{TMP}/file", bytes(2000))


def test_a_phone_without_its_faults_is_whole_again(
    simulator: Simulator, tmp_path: Path, key: Key
) -> None:
    with simulator.start(tmp_path, faults=["no-sha256sum", "read-only"]):
        pass

    with simulator.start(tmp_path) as phone, connected(phone.address, key) as client:
        assert client.run(f"echo x > {TMP}/x; sha256sum {TMP}/x").code == 0


def _available_kib(client: Client) -> int:
    return int(client.run("df -k /data").out.split()[-3])


def _once_it_is_back(phone: RunningPhone, connect: Connect) -> Client:
    deadline = time.monotonic() + 10
    while True:
        try:
            return connect(phone)
        except (ConnectionError, GoneError):
            assert time.monotonic() < deadline
            time.sleep(0.02)

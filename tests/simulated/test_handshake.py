"""Who is let in, and what is agreed on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sideload.protocols.adb import packets
from sideload.simulated import RunningPhone
from sideload.simulated.android import peers
from tests.simulated.client import WITH_DELAYED_ACK, Client, ClosedError, GoneError, Key, connected
from tests.simulated.conftest import Start

# Becomes another user, greets, offers the key on its stdin, and says what the phone answers.
STRANGER = """
import os, socket, struct, sys
key = sys.stdin.buffer.read()
os.setuid(65534)
def packet(name, first, second, payload):
    command = int.from_bytes(name, "little")
    return struct.pack(
        "<6I", command, first, second, len(payload), sum(payload), command ^ 0xFFFFFFFF
    ) + payload
phone = socket.socket()
phone.settimeout(10)
phone.connect(("127.0.0.1", int(sys.argv[1])))
phone.sendall(packet(b"CNXN", 0x01000001, 1 << 20, b"host::features=shell_v2"))
answer = phone.recv(44, socket.MSG_WAITALL)
phone.sendall(packet(b"AUTH", 3, 0, key))
phone.settimeout(0.5)
try:
    print(answer[:4].decode(), phone.recv(4))
except TimeoutError:
    print(answer[:4].decode() + ", then nothing")
"""


def test_a_key_that_is_offered_is_trusted_from_then_on(start: Start) -> None:
    phone, stranger = start(), Key()
    first, again = Client(phone.address), Client(phone.address)

    header, token = first.prove(packets.SIGNATURE, stranger.sign(first.greet()))
    assert (header.command, len(token)) == (packets.AUTH, 20)
    assert first.prove(packets.PUBLIC_KEY, stranger.line + b"\0")[0].command == packets.CNXN
    assert again.prove(packets.SIGNATURE, stranger.sign(again.greet()))[0].command == packets.CNXN
    assert (phone.root / "data/misc/adb/adb_keys").stat().st_mode & 0o777 == 0o600
    first.close()
    again.close()


def test_whoever_starts_a_phone_is_trusted_from_the_start(start: Start, surroundings: Path) -> None:
    owner = Key()
    client = Client(start().address)
    file = surroundings / ".android" / "adbkey.pub"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"# a comment\n" + owner.line + b"\n")

    header, _ = client.prove(packets.SIGNATURE, owner.sign(client.greet()))

    file.unlink()
    assert header.command == packets.CNXN
    client.close()


def test_another_user_is_not_let_in_just_for_asking(start: Start) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can be somebody else")
    phone, stranger = start(), Key()
    argv = [sys.executable, "-c", STRANGER, phone.address.partition(":")[2]]
    asked = subprocess.run(argv, input=stranger.line, capture_output=True, check=True)

    assert asked.stdout == b"AUTH, then nothing\n"
    assert not (phone.root / "data/misc/adb/adb_keys").exists()


def test_whose_connection_it_is_stands_in_the_hosts_tables() -> None:
    v6 = "0000000000000000FFFF00000100007F"
    lines = "\n".join(
        (
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000",
            "   1: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001",
            "   2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000",
            f"   0: {v6}:C002 {v6}:1F90 01 00000000:00000000 00:00000000 00000000     7",
            "   1: torn",
        )
    )

    assert peers.find(lines, 0xC001, 0x1F90) == 1001
    assert peers.find(lines, 0xC002, 0x1F90) == 7
    assert peers.find(lines, 0xC003, 0x1F90) == -1


@pytest.mark.parametrize("signature", [b"", b"x", bytes(256), b"\xff" * 256, bytes(257)])
def test_a_signature_that_proves_nothing_is_asked_for_again(
    signature: bytes, phone: RunningPhone
) -> None:
    client = Client(phone.address)
    token = client.greet()

    header, another = client.prove(packets.SIGNATURE, signature)

    assert header.command == packets.AUTH
    assert another != token
    client.close()


def test_a_signature_is_good_for_one_token_only(phone: RunningPhone, key: Key) -> None:
    with connected(phone.address, key):
        pass
    client = Client(phone.address)
    old = client.greet()
    client.prove(packets.SIGNATURE, b"")

    assert client.prove(packets.SIGNATURE, key.sign(old))[0].command == packets.AUTH
    client.close()


@pytest.mark.parametrize("line", [b"", b"\0", b"AAAA", b"ssh-rsa AAAA\nmore", b"\xff" * 700])
def test_what_is_no_key_is_not_remembered(line: bytes, phone: RunningPhone, key: Key) -> None:
    client = Client(phone.address)
    client.greet()
    client.send(packets.AUTH, packets.PUBLIC_KEY, 0, line)

    # Nobody answers to that, as on a phone whose question nobody has seen.
    header, _ = client.prove(packets.SIGNATURE, key.sign(bytes(20)))

    assert header.command == packets.AUTH
    client.close()


def test_the_banner_tells_the_model_and_the_features(client: Client) -> None:
    assert client.banner.kind == "device"
    assert client.banner.properties == {
        "ro.product.name": "sideload_simulated",
        "ro.product.model": "Sideload Simulated Phone",
        "ro.product.device": "simulated",
    }
    assert client.banner.features >= set(WITH_DELAYED_ACK)


def test_nothing_is_served_before_somebody_is_let_in(phone: RunningPhone) -> None:
    client = Client(phone.address)
    client.send(packets.OPEN, 1, 0, b"shell:id\0")
    client.greet()
    client.send(packets.OPEN, 2, 0, b"shell:id\0")

    header, _ = client.prove(packets.SIGNATURE, b"")

    assert header.command == packets.AUTH
    client.close()


def test_an_old_client_gets_checksums(phone: RunningPhone, key: Key) -> None:
    with connected(phone.address, key, version=packets.VERSION_OLD) as client:
        assert client.run("cat", b"x" * 100_000).out == b"x" * 100_000


@pytest.mark.parametrize("limit", [256, 4096, 1 << 20, 1 << 24])
def test_no_packet_is_larger_than_either_end_takes(
    limit: int, phone: RunningPhone, key: Key
) -> None:
    sizes: list[int] = []
    with connected(phone.address, key, max_payload=limit) as client:
        stream = client.open("exec:head -c 100000 /dev/zero")
        while sum(sizes) < 100_000:
            header, payload = client.receive()
            assert header.command == packets.WRTE
            sizes.append(len(payload))
            client.send(packets.OKAY, stream.local_id, stream.remote_id)

    assert max(sizes) <= min(limit, packets.MAX_PAYLOAD)


def test_a_client_that_takes_next_to_nothing_is_not_served(phone: RunningPhone) -> None:
    client = Client(phone.address, max_payload=10)

    with pytest.raises(GoneError):
        client.greet()
    client.close()


def test_greeting_again_ends_what_was_going_on(client: Client, key: Key) -> None:
    stream = client.open("shell,v2,raw:exec sleep 1000")
    token = client.greet()
    client.prove(packets.SIGNATURE, key.sign(token))
    client.send(packets.WRTE, stream.local_id, stream.remote_id, b"who?")

    assert client.run("echo fine").out == b"fine\n"


def test_windows_are_for_those_who_asked_for_them(phone: RunningPhone, key: Key) -> None:
    with connected(phone.address, key) as client:
        client.send(packets.OPEN, 1, 1000, b"shell:id\0")
        assert client.receive()[0].command == packets.CLSE
    with connected(phone.address, key, features=WITH_DELAYED_ACK) as client:
        client.send(packets.OPEN, 1, 0, b"shell:id\0")
        assert client.receive()[0].command == packets.CLSE
        assert client.run("cat", b"x" * 3_000_000).out == b"x" * 3_000_000


@pytest.mark.parametrize(
    "service", ["", "shell", "nonsense:", "tcp:80", "jdwp:1", "shell,v3", "framebuffer:", "\0sync:"]
)
def test_a_service_that_it_does_not_have_is_closed(service: str, client: Client) -> None:
    with pytest.raises(ClosedError):
        client.open(service)

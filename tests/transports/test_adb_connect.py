import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from adb_shell.adb_device import AdbDevice

from sideload import transports
from sideload.errors import (
    DeviceGoneError,
    NoDeviceError,
    ProtocolError,
    RefusedError,
    UnauthorizedError,
)
from sideload.protocols.adb import packets
from sideload.simulated import RunningPhone
from sideload.transports._adb import keys
from sideload.transports._adb.address import Address, parse
from sideload.transports._adb.tcp import TcpTransport
from tests.transports.conftest import free_port, opened, scripted

ADB = transports.get("adb")


def packet(command: int, arg0: int, arg1: int, payload: bytes = b"") -> bytes:
    checksum = packets.checksum(payload)
    return packets.pack_header(command, arg0, arg1, len(payload), checksum) + payload


WELCOME = packet(packets.CNXN, packets.VERSION, packets.MAX_PAYLOAD, b"device::features=shell_v2")


def test_a_phone_says_what_it_is(phone: RunningPhone) -> None:
    with closing(ADB.connect(phone.address)) as connection:
        device = connection.device

    assert device.serial == phone.address
    assert device.simulated
    assert device.model == "Sideload Simulated Phone"
    assert device.system == "Android 15 (API 35)"
    assert device.facts["serial"] == phone.serial
    assert device.state == "device"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.1.20:5556", Address("192.168.1.20", 5556)),
        ("phone.local", Address("phone.local", 5555)),
        (" localhost:1 ", Address("localhost", 1)),
        ("[::1]:7000", Address("::1", 7000)),
        ("fe80::1", Address("fe80::1", 5555)),
        ("[fe80::1]", Address("fe80::1", 5555)),
    ],
)
def test_an_address_is_a_host_and_perhaps_a_port(text: str, address: Address) -> None:
    assert parse(text) == address
    assert parse(str(address)) == address


@pytest.mark.parametrize(
    "text", ["", ":", "host:", "host:0", "host:65536", "a b:1", "x\n:2", "h:٣"]
)
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NoDeviceError, match=r"192\.168"):
        parse(text)


def test_a_port_where_nothing_listens_refuses() -> None:
    with pytest.raises(RefusedError, match="refused the connection"):
        ADB.connect(f"127.0.0.1:{free_port()}")


def test_a_host_without_an_address_is_no_device() -> None:
    with pytest.raises(NoDeviceError, match="no device at"):
        ADB.connect("not..a..host:5555")


def test_a_phone_that_hangs_up_at_once_has_refused(faulty: Callable[..., RunningPhone]) -> None:
    with pytest.raises(RefusedError, match="before the phone introduced itself"):
        ADB.connect(faulty("refuse").address)


def test_a_phone_that_trusts_nobody_is_reported_with_what_to_press(
    faulty: Callable[..., RunningPhone], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UnauthorizedError, match="accept the question"):
        ADB.connect(faulty("unauthorized").address, timeout_s=1.5)

    assert "unlock the phone" in capsys.readouterr().err


def test_a_listener_that_says_nothing_is_gone() -> None:
    with scripted() as address, pytest.raises(DeviceGoneError, match=r"nothing for 0\.3 s"):
        ADB.connect(address, timeout_s=0.3)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        bytes(24),
        b"\xff" * 4096,
        packet(packets.OKAY, 1, 1),
        packet(packets.AUTH, packets.TOKEN, 0, b"short"),
        packet(packets.AUTH, 9, 0, bytes(20)),
        packet(packets.CNXN, packets.VERSION, 3, b"device::"),
        packets.pack_header(packets.CNXN, packets.VERSION, 1, 0xFFFFFFF0, 0),
    ],
)
def test_what_does_not_speak_adb_is_told_from_a_phone(answer: bytes) -> None:
    with scripted(answer) as address, pytest.raises(ProtocolError):
        ADB.connect(address, timeout_s=5)


def test_a_port_that_wants_tls_comes_with_the_way_around() -> None:
    answer = packet(packets.STLS, 0x01000000, 0)

    with scripted(answer) as address, pytest.raises(RefusedError, match="adb tcpip 5555"):
        ADB.connect(address, timeout_s=5)


def test_a_damaged_packet_of_an_old_phone_is_noticed() -> None:
    payload = b"device::"
    damaged = (
        packets.pack_header(packets.CNXN, packets.VERSION_OLD, 4096, len(payload), 1) + payload
    )

    with scripted(damaged) as address, pytest.raises(RefusedError, match="wrong checksum"):
        ADB.connect(address, timeout_s=5)


def test_a_phone_that_refuses_every_service_is_reported() -> None:
    refusal = packet(packets.CLSE, 0, 1)

    with scripted(WELCOME, refusal) as address, pytest.raises(RefusedError, match="'shell,v2,raw'"):
        ADB.connect(address, timeout_s=5)


def test_adb_shell_itself_works_over_our_transport_with_a_small_send_buffer(
    phone: RunningPhone, tmp_path: Path
) -> None:
    file = tmp_path / "large"
    file.write_bytes(bytes(range(256)) * 10_000)
    where = parse(phone.address)

    class Small(TcpTransport):
        def adopt(self, opened: socket.socket) -> None:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            super().adopt(opened)

    device = AdbDevice(Small(where.host, where.port), default_transport_timeout_s=9.0)
    device.connect(rsa_keys=list(keys.signers()), auth_timeout_s=5.0)
    device.push(str(file), "/data/local/tmp/theirs")

    assert device.shell("echo hi") == "hi\n"
    device.close()
    assert (phone.root / "data/local/tmp/theirs").read_bytes() == file.read_bytes()


def test_many_connections_at_once_each_see_the_phone(phone: RunningPhone) -> None:
    barrier = threading.Barrier(6)

    def look(number: int) -> bytes:
        with opened(phone) as connection:
            barrier.wait()
            return connection.run(f"echo {number}").stdout

    with ThreadPoolExecutor(6) as pool:
        seen = list(pool.map(look, range(6)))

    assert seen == [f"{number}\n".encode() for number in range(6)]

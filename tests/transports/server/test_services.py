"""What a phone does for us through an adb server is what it does directly."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from sideload import simulated
from sideload.errors import (
    DeviceGoneError,
    HostFileError,
    NoDeviceError,
    ProtocolError,
    TransferError,
    UnauthorizedError,
)
from sideload.simulated import RunningPhone
from sideload.transports import Connection, Push
from tests.transports.server.conftest import SERVER, on_host, random_file
from tests.transports.server.native import NativeServer

TMP = "/data/local/tmp"


def test_the_phone_says_what_it_is(connection: Connection, phone: RunningPhone) -> None:
    device = connection.device

    assert (device.serial, device.transport, device.state) == (
        phone.address,
        "adb_server",
        "device",
    )
    assert (device.model, device.system) == ("Sideload Simulated Phone", "Android 15 (API 35)")
    assert device.simulated
    assert device.facts["serial"] == phone.serial


def test_a_command_has_output_errors_and_an_exit_code(connection: Connection) -> None:
    done = connection.run("echo out; echo err >&2; exit 7")

    assert (done.exit_code, done.stdout, done.stderr) == (7, b"out\n", b"err\n")


def test_more_input_than_any_buffer_holds_comes_back_while_it_is_sent(
    connection: Connection,
) -> None:
    block = os.urandom(24 << 20)

    assert connection.run("cat", stdin=block).stdout == block


def test_a_command_need_not_read_what_it_is_given(connection: Connection) -> None:
    done = connection.run("echo done; exit 3", stdin=bytes(24 << 20))

    assert (done.exit_code, done.stdout) == (3, b"done\n")


@pytest.mark.parametrize("size_bytes", [0, 1, 65_536, 65_537, (24 << 20) + 5])
def test_a_file_goes_there_and_back(
    size_bytes: int, connection: Connection, phone: RunningPhone, tmp_path: Path
) -> None:
    file = random_file(tmp_path / "sent", size_bytes)
    told: list[int] = []
    connection.push([Push(local=file, remote=f"{TMP}/a file", mode=0o755)], progress=told.append)
    connection.pull(f"{TMP}/a file", tmp_path / "back")

    assert on_host(phone, f"{TMP}/a file").read_bytes() == file.read_bytes()
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    assert sum(told) == size_bytes


def test_many_small_files_go_in_one_go(connection: Connection, tmp_path: Path) -> None:
    files = [
        Push(local=random_file(tmp_path / f"{number}", number), remote=f"{TMP}/many/{number}")
        for number in range(300)
    ]
    connection.push(files)
    found = connection.stat([*(file.remote for file in files), f"{TMP}/many/none"])

    assert [one.size_bytes for one in found if one is not None] == list(range(300))
    assert found[-1] is None


def test_a_file_is_continued_where_it_ends(
    connection: Connection, phone: RunningPhone, tmp_path: Path
) -> None:
    file = random_file(tmp_path / "file", 5 << 20)
    connection.push([Push(local=file, remote=f"{TMP}/part", size_bytes=1 << 20)])
    connection.append(file, f"{TMP}/part", 1 << 20)

    assert on_host(phone, f"{TMP}/part").read_bytes() == file.read_bytes()
    with pytest.raises(TransferError, match=f"does not hold {6 << 20} bytes"):
        connection.append(file, f"{TMP}/part", 6 << 20)


def test_a_refusal_comes_with_the_phones_reason(connection: Connection, tmp_path: Path) -> None:
    file = random_file(tmp_path / "file", 8 << 20)

    with pytest.raises(TransferError, match=f"the phone refused {TMP}:"):
        connection.push([Push(local=file, remote=TMP)])
    with pytest.raises(HostFileError):
        connection.push([Push(local=tmp_path / "none", remote=f"{TMP}/x")])
    assert connection.run("echo on").stdout == b"on\n"


def test_a_command_is_held_until_its_block_ends(
    connection: Connection, phone: RunningPhone
) -> None:
    gone = on_host(phone, f"{TMP}/ended")
    with connection.hold(f"echo here; cat; echo > {TMP}/ended") as held:
        assert held.line(10.0) == b"here"
        assert not gone.exists()


def test_a_silent_command_is_given_up(connection: Connection) -> None:
    with pytest.raises(DeviceGoneError, match=r"said nothing for 0\.5 s"):
        connection.run("sleep 20", timeout_s=0.5)


def test_what_cannot_be_asked_is_refused_here(connection: Connection) -> None:
    for command in ("x" * 70_000, "a\0b"):
        with pytest.raises(ProtocolError, match="cannot be sent through an adb server"):
            connection.run(command)


def test_nothing_is_asked_of_a_connection_that_was_closed(phone: RunningPhone) -> None:
    one = SERVER.connect(phone.address)
    one.close()

    with pytest.raises(DeviceGoneError, match="is closed"):
        one.run("true")


def test_an_old_phone_is_served_too(server: NativeServer, tmp_path: Path) -> None:
    file = random_file(tmp_path / "file", 3 << 20)
    with simulated.get("android").start(tmp_path / "root", faults=["old-protocol"]) as old:
        server.adb("connect", old.address)
        with closing(SERVER.connect(old.address)) as one:
            done = one.run("echo out; echo err >&2; exit 7", stdin=b"unread")
            one.push([Push(local=file, remote=f"{TMP}/f")])
            one.pull(f"{TMP}/f", tmp_path / "back")
        server.adb("disconnect", old.address)

    assert (done.exit_code, done.stdout) == (7, b"out\nerr\n")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()


def test_a_phone_that_trusts_nobody_is_listed_and_refused_with_what_to_do(
    server: NativeServer, tmp_path: Path
) -> None:
    with simulated.get("android").start(tmp_path / "root", faults=["unauthorized"]) as shut:
        server.adb("connect", shut.address)
        states = {device.serial: device.state for device in SERVER.devices()}
        with pytest.raises(UnauthorizedError) as refused:
            SERVER.connect(shut.address)
        server.adb("disconnect", shut.address)

    assert states[shut.address] == "unauthorized"
    assert "unlock it" in refused.value.remedy
    assert "kill-server" not in str(refused.value)


def test_a_phone_that_is_not_there_is_not_attached(server: NativeServer) -> None:
    assert server.listens()

    with pytest.raises(NoDeviceError, match="no device called 39111FDJH00ABC is attached"):
        SERVER.connect("39111FDJH00ABC")
    assert SERVER.describe("39111FDJH00ABC").state == "offline"


def test_a_phone_that_leaves_in_mid_push_is_said_to_have_left(
    server: NativeServer, tmp_path: Path
) -> None:
    file = random_file(tmp_path / "file", 64 << 20)
    with simulated.get("android").start(tmp_path / "root") as leaving:
        server.adb("connect", leaving.address)
        with closing(SERVER.connect(leaving.address, timeout_s=10.0)) as one:

            def leave(_: int) -> None:
                server.adb("disconnect", leaving.address)

            with pytest.raises(DeviceGoneError) as gone:
                one.push([Push(local=file, remote=f"{TMP}/f")], progress=leave)

    assert "is not attached any more" in str(gone.value)

import os
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sideload.errors import DeviceFullError, DeviceGoneError, HostFileError, TransferError
from sideload.simulated import RunningPhone
from sideload.transports import Push
from sideload.transports._adb import connecting
from sideload.transports._adb.address import parse
from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb.tcp import TcpTransport
from tests.transports.conftest import ROOT, TIMEOUT_S, on_host, opened, random_file

SIZES = [0, 1, 65_535, 65_536, 65_537, 1 << 20, 3_000_001]
HOSTILE_NAMES = ["with space", "quo'te", 'dou"ble', "$(touch x)", "名前 é", "-rf", "a,b", "x;y&z|"]


def test_files_of_every_size_arrive_in_one_push(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path
) -> None:
    locals_ = [random_file(tmp_path / f"{size}", size) for size in SIZES]
    sent: list[int] = []

    connection.push([_to(file, "sizes") for file in locals_], progress=sent.append)

    arrived = on_host(phone, f"{ROOT}/sizes")
    assert {f.name: f.read_bytes() for f in arrived.iterdir()} == {
        f.name: f.read_bytes() for f in locals_
    }
    assert sum(sent) == sum(SIZES)
    assert all(sent)


def test_mode_and_time_arrive_too(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path
) -> None:
    file = random_file(tmp_path / "program", 10)
    os.utime(file, (1_600_000_000, 1_600_000_000))

    connection.push([Push(local=file, remote=f"{ROOT}/program", mode=0o755)])

    status = on_host(phone, f"{ROOT}/program").stat()
    # Like adbd, it lets everybody do what the owner may.
    assert status.st_mode & 0o777 == 0o777
    assert status.st_mtime == 1_600_000_000


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_go_there_and_back(
    connection: AdbConnection, tmp_path: Path, name: str
) -> None:
    file = random_file(tmp_path / "file", 100)
    remote = f"{ROOT}/names/{name}"

    connection.push([Push(local=file, remote=remote)])
    connection.append(_longer(file), remote, 100)
    connection.pull(remote, tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == file.read_bytes()


def _longer(file: Path) -> Path:
    with file.open("ab") as opened_:
        opened_.write(b"more")
    return file


def test_thousands_of_small_files_arrive(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path
) -> None:
    files = [random_file(tmp_path / f"{number}", number % 50) for number in range(1_000)]

    connection.push([_to(file, "thousands") for file in files])

    arrived = on_host(phone, f"{ROOT}/thousands")
    assert all((arrived / file.name).read_bytes() == file.read_bytes() for file in files)


@pytest.mark.parametrize("buffer_bytes", [4096, 65_536])
def test_a_small_send_buffer_loses_nothing(
    phone: RunningPhone, tmp_path: Path, buffer_bytes: int
) -> None:
    file = random_file(tmp_path / "file", 3_000_000)
    opened_ = socket.socket()
    opened_.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer_bytes)
    opened_.connect(parse(phone.address))
    transport = TcpTransport(*parse(phone.address))
    transport.adopt(opened_)

    with closing(connecting.introduced(transport, phone.address, TIMEOUT_S)) as connection:
        connection.push([_to(file, f"buffer{buffer_bytes}")])

    arrived = on_host(phone, f"{ROOT}/buffer{buffer_bytes}/file")
    assert arrived.read_bytes() == file.read_bytes()


def test_an_old_phone_takes_and_gives_files_too(
    old_phone: RunningPhone, old_connection: AdbConnection, tmp_path: Path
) -> None:
    files = [random_file(tmp_path / f"{size}", size) for size in SIZES]

    old_connection.push([_to(file, "sizes") for file in files])
    old_connection.append(_longer(files[3]), f"{ROOT}/sizes/65536", 65_536)
    for file in files:
        old_connection.pull(f"{ROOT}/sizes/{file.name}", tmp_path / f"back-{file.name}")

    assert on_host(old_phone, f"{ROOT}/sizes/65537").read_bytes() == files[4].read_bytes()
    assert all((tmp_path / f"back-{f.name}").read_bytes() == f.read_bytes() for f in files)


def test_tiny_packets_carry_files_too(faulty: Callable[..., RunningPhone], tmp_path: Path) -> None:
    file = random_file(tmp_path / "file", 300_001)

    with opened(faulty("max-payload=1024")) as connection:
        connection.push([_to(file, "tiny")])
        connection.pull(f"{ROOT}/tiny/file", tmp_path / "back")
        found = connection.stat([f"{ROOT}/tiny/{number}" for number in range(100)])

    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    assert found == [None] * 100


def test_a_push_that_is_interrupted_leaves_the_connection_usable(
    connection: AdbConnection, tmp_path: Path
) -> None:
    def interrupt(size_bytes: int) -> None:
        raise KeyboardInterrupt(size_bytes)

    with pytest.raises(KeyboardInterrupt):
        connection.push([_to(random_file(tmp_path / "file", 5_000_000), "x")], progress=interrupt)

    assert connection.run("echo fine").stdout == b"fine\n"


def test_a_missing_local_file_is_named(connection: AdbConnection, tmp_path: Path) -> None:
    with pytest.raises(HostFileError, match=r"cannot read .*missing"):
        connection.push([_to(tmp_path / "missing", "x")])

    assert connection.run("echo fine").stdout == b"fine\n"


def test_a_local_folder_or_pipe_is_no_file(connection: AdbConnection, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(HostFileError, match="is no file"):
            connection.push([Push(local=path, remote=f"{ROOT}/x")])


def test_a_phone_that_cannot_write_says_why(
    faulty: Callable[..., RunningPhone], tmp_path: Path
) -> None:
    file = random_file(tmp_path / "file", 100)

    with opened(faulty("read-only")) as connection:
        with pytest.raises(TransferError, match=r"Read-only file system.*device_root"):
            _flat(lambda: connection.push([_to(file, "x")]))
        with pytest.raises(TransferError, match="Read-only file system"):
            connection.append(file, f"{ROOT}/new", 0)


def _flat(act: Callable[[], None]) -> None:
    # `match` does not look beyond a line end.
    try:
        act()
    except TransferError as error:
        raise TransferError(str(error).replace("\n", " "), remedy="") from error


def test_a_phone_that_fills_up_stops_the_push_and_can_be_used_again(
    faulty: Callable[..., RunningPhone], tmp_path: Path
) -> None:
    file = random_file(tmp_path / "file", 60_000_000)
    sent: list[int] = []

    with opened(faulty("full-after=5000000")) as connection:
        with pytest.raises(DeviceFullError, match="No space left"):
            connection.push([_to(file, "full")], progress=sent.append)
        with pytest.raises(DeviceFullError, match="No space left"):
            connection.append(file, f"{ROOT}/full2", 0)

        assert connection.run("echo fine").stdout == b"fine\n"
    # It heard of the failure long before it had sent everything.
    assert sum(sent) < 55_000_000


def test_the_refused_file_of_many_is_the_one_that_is_named(
    faulty: Callable[..., RunningPhone], tmp_path: Path
) -> None:
    files = [random_file(tmp_path / f"f{number}", 1000) for number in range(20)]

    with (
        opened(faulty("full-after=7500")) as connection,
        pytest.raises(DeviceFullError, match=f"{ROOT}/many/f7:"),
    ):
        connection.push([_to(file, "many") for file in files])


@pytest.mark.parametrize("fault", ["drop-after=3000000", "stall-after=3000000"])
def test_a_connection_that_breaks_or_stalls_ends_the_push(
    faulty: Callable[..., RunningPhone], tmp_path: Path, fault: str
) -> None:
    file = random_file(tmp_path / "file", 60_000_000)

    with opened(faulty(fault), timeout_s=1.5) as connection, pytest.raises(DeviceGoneError):
        connection.push([_to(file, "broken")])


def _to(local: Path, folder: str) -> Push:
    return Push(local=local, remote=f"{ROOT}/{folder}/{local.name}")

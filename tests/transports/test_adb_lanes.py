"""A phone that answers each packet is sent several files at once, and nothing else changes."""

import threading
from pathlib import Path

import pytest

from sideload.errors import HostFileError, TransferError
from sideload.simulated import RunningPhone
from sideload.transports import Push
from sideload.transports._adb import lanes
from sideload.transports._adb.connection import AdbConnection
from tests.transports.conftest import ROOT, on_host, random_file

PIECE_BYTES = 3 << 20


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [random_file(tmp_path / f"{number}", PIECE_BYTES) for number in range(5)]


def test_all_files_arrive_and_all_bytes_are_told_once(
    old_phone: RunningPhone, old_connection: AdbConnection, files: list[Path]
) -> None:
    told: list[int] = []
    threads: set[int] = set()

    def progress(size_bytes: int) -> None:
        told.append(size_bytes)
        threads.add(threading.get_ident())

    old_connection.push([_to(file) for file in files], progress=progress)

    arrived = on_host(old_phone, f"{ROOT}/lanes")
    assert all((arrived / file.name).read_bytes() == file.read_bytes() for file in files)
    assert sum(told) == 5 * PIECE_BYTES
    assert len(threads) > 1


def test_one_channel_is_enough_where_acknowledgements_are_counted(
    connection: AdbConnection, files: list[Path]
) -> None:
    threads: set[int] = set()

    connection.push(
        [_to(file) for file in files], progress=lambda _: threads.add(threading.get_ident())
    )

    assert threads == {threading.get_ident()}


def test_what_the_phone_refuses_ends_every_lane(
    old_connection: AdbConnection, files: list[Path]
) -> None:
    bad = Push(local=files[0], remote=ROOT)
    told: list[int] = []

    with pytest.raises(TransferError, match=ROOT):
        old_connection.push([bad, *map(_to, files * 4)], progress=told.append)

    assert sum(told) < 20 * PIECE_BYTES
    assert old_connection.run("echo fine").stdout == b"fine\n"


def test_a_file_that_cannot_be_read_is_the_error(
    old_connection: AdbConnection, files: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(HostFileError, match="missing"):
        old_connection.push([*map(_to, files), _to(tmp_path / "missing")])


def test_whoever_stops_the_push_is_heard(old_connection: AdbConnection, files: list[Path]) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        old_connection.push([_to(file) for file in files], progress=stop)

    assert old_connection.run("echo fine").stdout == b"fine\n"


@pytest.mark.parametrize(
    ("number", "size_bytes", "most", "expected"),
    [(5, 3 << 20, 3, 3), (5, 3 << 20, 1, 1), (1, 9 << 20, 3, 1), (2, 9 << 20, 3, 2), (9, 9, 3, 1)],
)
def test_there_are_as_many_lanes_as_help(
    number: int, size_bytes: int, most: int, expected: int, tmp_path: Path
) -> None:
    one = Push(local=tmp_path / "any", remote="/any", size_bytes=size_bytes)

    assert lanes.count([one] * number, most) == expected


def _to(file: Path) -> Push:
    return Push(local=file, remote=f"{ROOT}/lanes/{file.name}")

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sideload.errors import DeviceGoneError, TransferError
from sideload.simulated import RunningPhone
from sideload.transports import Push
from sideload.transports._adb.connection import AdbConnection
from tests.transports.conftest import ROOT, on_host, opened, random_file


def test_an_append_goes_on_where_the_file_ends(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path
) -> None:
    file = random_file(tmp_path / "file", 5_000_000)
    remote = f"{ROOT}/appended"
    random_file(on_host(phone, remote), 0).write_bytes(file.read_bytes()[:1_234_567])
    sent: list[int] = []

    connection.append(file, remote, 1_234_567, progress=sent.append)

    assert on_host(phone, remote).read_bytes() == file.read_bytes()
    assert 0 <= sum(sent) - (5_000_000 - 1_234_567) < 1 << 16


def test_an_append_goes_to_its_place_even_if_an_older_run_still_writes(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path
) -> None:
    file = random_file(tmp_path / "file", 5_000_000)
    remote = f"{ROOT}/still-written"
    random_file(on_host(phone, remote), 0).write_bytes(file.read_bytes()[:3_000_000])

    connection.append(file, remote, 1_234_567)

    assert on_host(phone, remote).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("offset", [101, 200])
def test_an_append_to_a_file_that_is_shorter_is_refused(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path, offset: int
) -> None:
    file = random_file(tmp_path / "file", 200)
    remote = random_file(on_host(phone, f"{ROOT}/other-size"), 100)
    before = remote.read_bytes()

    with pytest.raises(TransferError, match=f"does not hold {offset} bytes"):
        connection.append(file, f"{ROOT}/other-size", offset)

    assert remote.read_bytes() == before


def test_what_was_appended_stays_when_the_connection_breaks(
    faulty: Callable[..., RunningPhone], tmp_path: Path
) -> None:
    file = random_file(tmp_path / "file", 30_000_000)
    phone = faulty("drop-after=9000000:once")
    remote = f"{ROOT}/continued"
    there = on_host(phone, remote)
    sent: list[int] = []

    def hear(size_bytes: int) -> None:
        # The phone has begun to write before the connection breaks, however busy this machine is.
        sent.append(size_bytes)
        while sum(sent) > 2_500_000 and not (there.exists() and there.stat().st_size):
            threading.Event().wait(0.01)

    with opened(phone) as connection, pytest.raises(DeviceGoneError):
        connection.append(file, remote, 0, progress=hear)
    with opened(phone) as connection:
        part_bytes = _settled(connection, remote)
        connection.append(file, remote, part_bytes)

    assert 0 < part_bytes < 9_000_000
    assert there.read_bytes() == file.read_bytes()


def _settled(connection: AdbConnection, remote: str) -> int:
    """The file's size once the phone has written what was still on its way."""
    before, now = -1, 0
    while before != now:
        threading.Event().wait(0.1)
        (found,) = connection.stat([remote])
        before, now = now, 0 if found is None else found.size_bytes
    return now


def test_two_pushes_and_a_pull_at_once_on_one_connection(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path
) -> None:
    files = [random_file(tmp_path / name, 20_000_000) for name in ("one", "two")]
    source = random_file(on_host(phone, f"{ROOT}/three"), 20_000_000)
    barrier = threading.Barrier(3)

    def at_once(act: Callable[[], None]) -> None:
        barrier.wait()
        act()

    acts: Sequence[Callable[[], None]] = [
        lambda: connection.push([_to(files[0], "once")]),
        lambda: connection.push([_to(files[1], "once")]),
        lambda: connection.pull(f"{ROOT}/three", tmp_path / "three"),
    ]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(at_once, acts))

    arrived = on_host(phone, f"{ROOT}/once")
    assert all((arrived / file.name).read_bytes() == file.read_bytes() for file in files)
    assert (tmp_path / "three").read_bytes() == source.read_bytes()


def _longer(file: Path) -> Path:
    with file.open("ab") as opened_:
        opened_.write(b"more")
    return file


def _to(local: Path, folder: str) -> Push:
    return Push(local=local, remote=f"{ROOT}/{folder}/{local.name}")

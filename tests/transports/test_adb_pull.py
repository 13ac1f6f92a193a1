from collections.abc import Callable
from pathlib import Path

import pytest

from sideload.errors import DeviceGoneError, HostFileError, TransferError
from sideload.simulated import RunningPhone
from sideload.transports import Push
from sideload.transports._adb.connection import AdbConnection
from tests.transports.conftest import ROOT, on_host, opened, random_file

HOSTILE_NAMES = ["with space", "quo'te", 'dou"ble', "$(touch x)", "名前 é", "-rf", "a,b", "x;y&z|"]


def test_a_pulled_file_appears_whole(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path
) -> None:
    source = random_file(on_host(phone, f"{ROOT}/source"), 7_000_001)
    (tmp_path / "back").write_bytes(b"what was there")

    connection.pull(f"{ROOT}/source", tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == source.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["back"]


def test_a_file_that_is_not_there_leaves_nothing_behind(
    connection: AdbConnection, tmp_path: Path
) -> None:
    with pytest.raises(TransferError, match=f"refused {ROOT}/nothing: .*No such file"):
        connection.pull(f"{ROOT}/nothing", tmp_path / "back")

    assert list(tmp_path.iterdir()) == []


def test_a_pull_that_breaks_off_leaves_what_was_there(
    faulty: Callable[..., RunningPhone], tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    back = tmp_path / "folder" / "back"
    back.write_bytes(b"what was there")
    # Acknowledgements alone are enough to reach the limit before the end: each is of 28 bytes and
    # stands for 3 MB at most, and what is said before them stays below 1500 bytes.
    phone = faulty("drop-after=2400")
    with on_host(phone, f"{ROOT}/large").open("wb") as large:
        large.truncate(300_000_000)

    with opened(phone) as connection, pytest.raises(DeviceGoneError):
        connection.pull(f"{ROOT}/large", back)

    assert back.read_bytes() == b"what was there"
    assert list(back.parent.iterdir()) == [back]


def test_a_place_that_cannot_be_written_here_is_named(
    phone: RunningPhone, connection: AdbConnection, tmp_path: Path
) -> None:
    random_file(on_host(phone, f"{ROOT}/source2"), 10)
    (tmp_path / "file").touch()

    with pytest.raises(HostFileError, match="cannot write"):
        connection.pull(f"{ROOT}/source2", tmp_path / "file" / "back")


def test_what_is_there_is_told_from_what_is_not(
    phone: RunningPhone, connection: AdbConnection
) -> None:
    large = on_host(phone, f"{ROOT}/sparse")
    with large.open("wb") as opened_:
        opened_.truncate(5 << 30)

    found, missing, folder, inside = connection.stat(
        [f"{ROOT}/sparse", f"{ROOT}/missing", ROOT, f"{ROOT}/sparse/inside"]
    )

    assert found is not None
    assert (found.size_bytes, found.inode) == (5 << 30, large.stat().st_ino)
    assert missing is None
    assert folder is not None
    assert folder.mode & 0o170000 == 0o040000
    assert inside is None


def test_hundreds_of_paths_are_looked_at_in_one_go(connection: AdbConnection) -> None:
    found = connection.stat(f"{ROOT}/{number}" if number % 2 else ROOT for number in range(900))

    assert [each is None for each in found] == [bool(number % 2) for number in range(900)]


@pytest.mark.parametrize("which", ["connection", "old_connection"])
def test_a_folder_is_listed(request: pytest.FixtureRequest, tmp_path: Path, which: str) -> None:
    connection: AdbConnection = request.getfixturevalue(which)
    files = [random_file(tmp_path / name, size) for size, name in enumerate(HOSTILE_NAMES)]
    connection.push([_to(file, "list") for file in files])

    listed = {file.path: file.size_bytes for file in connection.list(f"{ROOT}/list")}

    assert listed == {f"{ROOT}/list/{name}": size for size, name in enumerate(HOSTILE_NAMES)}
    assert connection.list(f"{ROOT}/nowhere") == []


def _to(local: Path, folder: str) -> Push:
    return Push(local=local, remote=f"{ROOT}/{folder}/{local.name}")

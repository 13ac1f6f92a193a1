"""What a phone will not do, in its own words; the connection is as good as before."""

from contextlib import closing
from pathlib import Path

import pytest

from sideload.errors import DeviceFullError, DeviceGoneError, HostFileError, TransferError
from sideload.transports import Push
from sideload.transports._adb.connection import AdbConnection
from tests.devices.conformance.content import random_file, to, until
from tests.devices.conformance.subjects import FULL, READ_ONLY, Kind, Subject

SIZES = [0, 100, 3_000_000]


@pytest.fixture
def forbidden(kind: Kind, subject: Subject, folder: str) -> str:
    """A folder that is not the phone's user's."""
    kind.forbid(subject, f"{folder}/forbidden")
    return f"{folder}/forbidden"


def _is_well(connection: AdbConnection) -> bool:
    return connection.run("echo well").stdout == b"well\n"


@pytest.mark.parametrize("size_bytes", SIZES)
def test_a_folder_in_the_way_of_a_file_is_named(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, size_bytes: int
) -> None:
    subject.on_host(f"{folder}/file").mkdir()

    with pytest.raises(TransferError, match="Is a directory") as caught:
        connection.push([to(random_file(here / "file", size_bytes), folder)])

    assert f"{folder}/file" in caught.value.problem
    assert "clean --device" in caught.value.remedy
    assert subject.on_host(f"{folder}/file").is_dir()
    assert _is_well(connection)


@pytest.mark.parametrize("size_bytes", SIZES)
def test_a_file_in_the_way_of_a_folder_is_named(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, size_bytes: int
) -> None:
    kept = random_file(subject.on_host(f"{folder}/blocker"), 10)
    before = kept.read_bytes()

    with pytest.raises(TransferError, match=r"Not a directory|File exists"):
        connection.push([to(random_file(here / "file", size_bytes), f"{folder}/blocker")])

    assert kept.read_bytes() == before
    assert _is_well(connection)


@pytest.mark.parametrize("size_bytes", SIZES)
def test_where_the_phone_may_not_write_it_says_so(
    connection: AdbConnection, forbidden: str, here: Path, size_bytes: int
) -> None:
    with pytest.raises(TransferError, match="Permission denied") as caught:
        connection.push([to(random_file(here / "file", size_bytes), forbidden)])

    assert "device_root" in caught.value.remedy
    assert _is_well(connection)


@pytest.mark.parametrize("size_bytes", SIZES)
def test_where_nothing_can_be_written_the_phone_says_so(
    kind: Kind, tmp_path: Path, here: Path, size_bytes: int
) -> None:
    with (
        kind.read_only(tmp_path / "phone") as troubled,
        closing(troubled.subject.connect()) as connection,
    ):
        with pytest.raises(TransferError, match=READ_ONLY) as caught:
            connection.push([to(random_file(here / "file", size_bytes), troubled.folder)])

        assert "device_root" in caught.value.remedy
        assert _is_well(connection)


@pytest.mark.parametrize("size_bytes", [2_000_000, 20_000_000])
def test_where_no_room_is_left_the_phone_says_so_and_keeps_no_part(
    kind: Kind, tmp_path: Path, here: Path, size_bytes: int
) -> None:
    with (
        kind.full(tmp_path / "phone", 1 << 20) as troubled,
        closing(troubled.subject.connect()) as connection,
    ):
        with pytest.raises(DeviceFullError, match=FULL):
            connection.push([to(random_file(here / "file", size_bytes), troubled.folder)])

        # adbd removes it once it has heard all that we had sent.
        until(lambda: connection.stat([f"{troubled.folder}/file"]) == [None])
        assert _is_well(connection)


def test_where_no_room_is_left_for_more_the_phone_says_so(
    kind: Kind, tmp_path: Path, here: Path
) -> None:
    file = random_file(here / "file", 2_000_000)
    with (
        kind.full(tmp_path / "phone", 1 << 20) as troubled,
        closing(troubled.subject.connect()) as connection,
    ):
        # The simulated phone ends an older command before that could say how it went.
        with pytest.raises(DeviceFullError if kind.says_all else DeviceGoneError):
            connection.append(file, f"{troubled.folder}/file", 0)

        (found,) = connection.stat([f"{troubled.folder}/file"])
        assert found is not None
        assert found.size_bytes <= 1 << 20


def test_files_before_the_one_that_is_refused_are_there(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    files = [random_file(here / str(number), 1000) for number in range(20)]
    subject.on_host(f"{folder}/10").mkdir()

    with pytest.raises(TransferError, match="Is a directory"):
        connection.push([to(file, folder) for file in files])

    for file in files[:10]:
        assert subject.on_host(f"{folder}/{file.name}").read_bytes() == file.read_bytes()
    assert _is_well(connection)


@pytest.mark.parametrize("name", ["y" * 256, "y" * 700])
def test_a_name_that_is_too_long_is_refused_in_words(
    connection: AdbConnection, folder: str, here: Path, name: str
) -> None:
    with pytest.raises(TransferError, match="File name too long"):
        connection.push([Push(local=random_file(here / "file", 10), remote=f"{folder}/{name}")])

    assert _is_well(connection)


def test_a_deep_path_is_no_trouble(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    file = random_file(here / "file", 10)
    deep = "/".join(["d" * 200] * 4)
    remote = f"{folder}/{deep}/file"

    connection.push([Push(local=file, remote=remote)])

    assert subject.on_host(remote).read_bytes() == file.read_bytes()


def test_a_path_that_adb_cannot_carry_is_not_even_sent(
    connection: AdbConnection, folder: str, here: Path
) -> None:
    file = random_file(here / "file", 10)

    with pytest.raises(TransferError, match="cannot carry"):
        connection.push([Push(local=file, remote=f"{folder}/{'d/' * 600}file")])

    assert _is_well(connection)


def test_a_file_of_this_machine_that_is_not_there_stops_the_push_alone(
    connection: AdbConnection, folder: str, here: Path
) -> None:
    with pytest.raises(HostFileError, match="cannot read"):
        connection.push([to(here / "nothing", folder)])

    assert _is_well(connection)


def test_what_the_phone_may_not_read_is_not_given(
    connection: AdbConnection, forbidden: str, here: Path
) -> None:
    with pytest.raises(TransferError, match=r"Permission denied|No such file"):
        connection.pull(f"{forbidden}/file", here / "back")

    assert list(here.iterdir()) == []
    assert _is_well(connection)

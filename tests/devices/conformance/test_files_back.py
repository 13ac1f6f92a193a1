"""Files on their way from the phone, and what it says of what is there."""

import os
import stat
from pathlib import Path

import pytest

from sideload.errors import TransferError
from sideload.transports._adb.connection import AdbConnection
from tests.devices.conformance.content import random_file
from tests.devices.conformance.subjects import Subject
from tests.devices.conformance.test_files_there import NAMES, SIZES

FIVE_GIB = 5 << 30


@pytest.mark.parametrize("size_bytes", SIZES)
def test_a_file_of_any_size_comes_back(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, size_bytes: int
) -> None:
    source = random_file(subject.on_host(f"{folder}/file"), size_bytes)

    connection.pull(f"{folder}/file", here / "back")

    assert (here / "back").read_bytes() == source.read_bytes()
    assert [path.name for path in here.iterdir()] == ["back"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_any_name_comes_back(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, name: str
) -> None:
    source = random_file(subject.on_host(f"{folder}/{name}"), 100)

    connection.pull(f"{folder}/{name}", here / "back")

    assert (here / "back").read_bytes() == source.read_bytes()


def test_a_link_is_followed_back(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    source = random_file(subject.on_host(f"{folder}/file"), 100)
    connection.run(f"ln -s file {folder}/link")

    connection.pull(f"{folder}/link", here / "back")

    assert (here / "back").read_bytes() == source.read_bytes()


def test_a_file_that_has_no_size_comes_back_with_what_it_says(
    connection: AdbConnection, here: Path
) -> None:
    connection.pull("/proc/version", here / "back")

    assert (here / "back").read_bytes().startswith(b"Linux version")


@pytest.mark.parametrize("what", ["nothing", "a-folder", "file/below"])
def test_what_is_no_file_is_refused_and_leaves_nothing(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, what: str
) -> None:
    subject.on_host(f"{folder}/a-folder").mkdir()
    random_file(subject.on_host(f"{folder}/file"), 10)

    with pytest.raises(TransferError, match="the phone refused") as caught:
        connection.pull(f"{folder}/{what}", here / "back")

    assert caught.value.remedy
    assert list(here.iterdir()) == []
    assert connection.run("echo well").stdout == b"well\n"


def test_a_file_a_folder_a_link_and_nothing_are_told_apart(
    subject: Subject, connection: AdbConnection, folder: str
) -> None:
    file = random_file(subject.on_host(f"{folder}/file"), 1234)
    file.chmod(0o640)
    os.utime(file, (1_600_000_000, 1_600_000_000))
    connection.run(f"ln -s file {folder}/link; mkdir {folder}/within")

    found = connection.stat(
        f"{folder}/{name}" for name in ("file", "within", "link", "nothing", "file/below")
    )

    kinds = [each and stat.S_IFMT(each.mode) for each in found]
    assert kinds == [stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, None, None]
    assert found[0] is not None
    assert (stat.S_IMODE(found[0].mode), found[0].size_bytes) == (0o640, 1234)
    assert found[0].mtime == 1_600_000_000
    assert found[0].inode == (0 if subject.is_old else file.stat().st_ino)


@pytest.mark.parametrize("size_bytes", [(4 << 30) - 1, 4 << 30, FIVE_GIB])
def test_sizes_over_four_gibibytes_are_told_where_the_phone_can(
    subject: Subject, connection: AdbConnection, folder: str, size_bytes: int
) -> None:
    with subject.on_host(f"{folder}/sparse").open("wb") as sparse:
        sparse.truncate(size_bytes)

    (found,) = connection.stat([f"{folder}/sparse"])

    assert found is not None
    assert found.size_bytes == (size_bytes % (1 << 32) if subject.is_old else size_bytes)


def test_hundreds_of_paths_are_looked_at_in_one_go(connection: AdbConnection, folder: str) -> None:
    paths = [f"{folder}/{number}" if number % 3 else folder for number in range(700)]

    found = connection.stat(paths)

    assert [each is None for each in found] == [bool(number % 3) for number in range(700)]


def test_a_folder_is_listed_with_every_name(
    subject: Subject, connection: AdbConnection, folder: str
) -> None:
    for size_bytes, name in enumerate(NAMES):
        random_file(subject.on_host(f"{folder}/{name}"), size_bytes)
    subject.on_host(f"{folder}/within").mkdir()

    listed = {found.path: found for found in connection.list(folder)}

    files = {path: each.size_bytes for path, each in listed.items() if stat.S_ISREG(each.mode)}
    assert files == {f"{folder}/{name}": size for size, name in enumerate(NAMES)}
    assert stat.S_ISDIR(listed[f"{folder}/within"].mode)
    assert len(listed) == len(NAMES) + 1


def test_a_folder_of_a_thousand_files_is_listed(
    subject: Subject, connection: AdbConnection, folder: str
) -> None:
    for number in range(1000):
        subject.on_host(f"{folder}/{number:0100}").touch()

    assert len(connection.list(folder)) == 1000


def test_a_folder_with_a_link_that_leads_nowhere_is_listed(
    connection: AdbConnection, folder: str
) -> None:
    connection.run(f"ln -s nowhere {folder}/link")

    (found,) = connection.list(folder)

    assert found.path == f"{folder}/link"
    assert stat.S_ISLNK(found.mode)


@pytest.mark.parametrize("what", ["", "nothing", "file"])
def test_where_nothing_is_nothing_is_listed(
    subject: Subject, connection: AdbConnection, folder: str, what: str
) -> None:
    if what == "file":
        random_file(subject.on_host(f"{folder}/file"), 10)

    assert connection.list(f"{folder}/{what}") == []

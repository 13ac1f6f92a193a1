"""Files on their way to the phone: content, names, modes, times, and whatever stood there."""

import os
import stat
from pathlib import Path

import pytest

from sideload.transports import Push
from sideload.transports._adb.connection import AdbConnection
from tests.devices.conformance.content import files_in, random_file, to
from tests.devices.conformance.subjects import Subject

CHUNK = 1 << 16
PACKET = 1 << 20
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, PACKET - 1, PACKET, PACKET + 1, 5_000_003]
NAMES = [
    "with space",
    " both ends ",
    "quo'te",
    'dou"ble',
    "$(touch x)",
    "`touch y`",
    "new\nline",
    "tab\tand\x07bell",
    "名前 é",
    "e\u0301 in two",
    "-rf",
    "a,b",
    "x;y&z|",
    "back\\slash",
    "*?[a-z]",
    "~",
    "%s%n",
    "...",
    "x" * 255,
    os.fsdecode(b"no \xff utf-8"),
]


@pytest.mark.parametrize("size_bytes", SIZES)
def test_a_file_of_any_size_arrives(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, size_bytes: int
) -> None:
    file = random_file(here / "file", size_bytes)
    sent: list[int] = []

    connection.push([to(file, folder)], progress=sent.append)

    assert subject.on_host(f"{folder}/file").read_bytes() == file.read_bytes()
    assert sum(sent) == size_bytes


def test_files_of_all_sizes_arrive_in_one_push(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    files = [random_file(here / str(size), size) for size in SIZES]

    connection.push([to(file, folder) for file in files])

    assert files_in(subject.on_host(folder)) == files_in(here)


def test_hundreds_of_small_files_arrive_in_one_push(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    files = [random_file(here / str(number), number * 37) for number in range(400)]
    sent: list[int] = []

    connection.push([to(file, folder) for file in files], progress=sent.append)

    assert files_in(subject.on_host(folder)) == files_in(here)
    assert sum(sent) == sum(number * 37 for number in range(400))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_have_any_name(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, name: str
) -> None:
    file = random_file(here / "file", 100)

    connection.push([Push(local=file, remote=f"{folder}/{name}")])

    assert [path.name for path in subject.on_host(folder).iterdir()] == [name]
    (found,) = connection.stat([f"{folder}/{name}"])
    assert found is not None
    assert found.size_bytes == 100


def test_folders_that_are_missing_are_made(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    file = random_file(here / "file", 100)

    connection.push([Push(local=file, remote=f"{folder}/a/b c/d/file")])

    assert subject.on_host(f"{folder}/a/b c/d/file").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o400, 0o777])
def test_what_the_owner_may_everybody_may(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, mode: int
) -> None:
    file = random_file(here / "file", 10)

    connection.push([Push(local=file, remote=f"{folder}/file", mode=mode)])

    found = stat.S_IMODE(subject.on_host(f"{folder}/file").stat().st_mode)
    assert found & 0o700 == mode & 0o700
    assert found & 0o111 == (0o111 if mode & 0o100 else 0)


def test_a_program_runs_where_it_was_sent(
    connection: AdbConnection, folder: str, here: Path
) -> None:
    (here / "program").write_text("#!/bin/sh\necho ran $1\n")

    connection.push([Push(local=here / "program", remote=f"{folder}/it is", mode=0o755)])

    assert connection.run(f"'{folder}/it is' well").stdout == b"ran well\n"


@pytest.mark.parametrize("time_s", [0, 1, 1_600_000_000, (1 << 31) + 5])
def test_a_file_keeps_its_time(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, time_s: int
) -> None:
    file = random_file(here / "file", 10)
    os.utime(file, (time_s, time_s))

    connection.push([to(file, folder)])

    assert subject.on_host(f"{folder}/file").stat().st_mtime == time_s


@pytest.mark.parametrize("before", [0, 10, 3_000_000])
def test_what_stood_there_is_replaced_whole(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, before: int
) -> None:
    random_file(subject.on_host(f"{folder}/file"), before)
    file = random_file(here / "file", 1_000_000)

    connection.push([to(file, folder)])

    assert subject.on_host(f"{folder}/file").read_bytes() == file.read_bytes()


def test_what_cannot_be_written_but_replaced_is_replaced(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    random_file(subject.on_host(f"{folder}/file"), 10).chmod(0o400)
    file = random_file(here / "file", 20)

    connection.push([to(file, folder)])

    assert subject.on_host(f"{folder}/file").read_bytes() == file.read_bytes()


def test_a_link_that_stood_there_is_replaced_and_not_followed(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    kept = random_file(subject.on_host(f"{folder}/kept"), 10)
    before = kept.read_bytes()
    connection.run(f"ln -s kept {folder}/file")
    file = random_file(here / "file", 20)

    connection.push([to(file, folder)])

    assert kept.read_bytes() == before
    assert subject.on_host(f"{folder}/file").read_bytes() == file.read_bytes()


def test_a_program_that_runs_can_be_replaced(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    (here / "program").write_bytes(Path("/bin/sleep").read_bytes())
    old = Push(local=here / "program", remote=f"{folder}/program", mode=0o755)
    connection.push([old])
    connection.run(f"{folder}/program 60 >/dev/null 2>&1 </dev/null & echo $! >{folder}/pid")

    connection.push([Push(local=random_file(here / "new", 30), remote=old.remote)])
    connection.run(f"kill $(cat {folder}/pid)")

    assert subject.on_host(old.remote).read_bytes() == (here / "new").read_bytes()


def test_one_file_may_go_to_several_places(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    file = random_file(here / "file", 200_000)
    places = [f"{folder}/{number}" for number in range(5)]

    connection.push([Push(local=file, remote=place) for place in places])

    assert {subject.on_host(place).read_bytes() for place in places} == {file.read_bytes()}


@pytest.mark.parametrize("piece", [(0, 0), (0, 5), (1, CHUNK), (99_999, 200_001)])
def test_a_piece_of_a_file_arrives_as_a_file(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, piece: tuple[int, int]
) -> None:
    file = random_file(here / "file", 300_000)
    offset, size_bytes = piece
    push = Push(local=file, remote=f"{folder}/piece", offset=offset, size_bytes=size_bytes)

    connection.push([push])

    wanted = file.read_bytes()[offset : offset + size_bytes]
    assert subject.on_host(f"{folder}/piece").read_bytes() == wanted


def test_nothing_to_send_is_no_trouble(connection: AdbConnection) -> None:
    connection.push([])

    assert connection.run("echo well").stdout == b"well\n"

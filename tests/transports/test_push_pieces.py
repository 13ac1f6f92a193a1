from collections.abc import Iterator
from pathlib import Path

import pytest

from sideload import transports
from sideload.errors import HostFileError
from sideload.simulated import RunningPhone
from sideload.transports import Connection, Push
from tests.transports.conftest import ROOT, on_host, opened, random_file

SIZE_BYTES = 3_000_001
# Where a packet or a piece of content ends, and just beside it.
PIECES = [
    (0, None),
    (0, SIZE_BYTES),
    (0, 0),
    (1, 65_536),
    (65_535, 65_537),
    (1 << 20, 1 << 20),
    (SIZE_BYTES - 1, 1),
    (SIZE_BYTES - 1, None),
    (SIZE_BYTES, None),
    (SIZE_BYTES, 0),
]


@pytest.fixture(params=["adb", "local"])
def place(
    request: pytest.FixtureRequest, phone: RunningPhone, tmp_path: Path
) -> Iterator[tuple[Connection, str, Path]]:
    """A connection, a folder of its device, and where this machine keeps that folder."""
    if request.param == "local":
        folder = tmp_path / "there"
        yield transports.get("local").connect("local"), str(folder), folder
    else:
        with opened(phone) as connection:
            yield connection, f"{ROOT}/pieces", on_host(phone, f"{ROOT}/pieces")


def test_pieces_of_one_file_arrive_as_files_of_their_own(
    place: tuple[Connection, str, Path], tmp_path: Path
) -> None:
    connection, remote, there = place
    file = random_file(tmp_path / "file", SIZE_BYTES)
    sent: list[int] = []
    pieces = [
        Push(local=file, remote=f"{remote}/{number}", offset=offset, size_bytes=size_bytes)
        for number, (offset, size_bytes) in enumerate(PIECES)
    ]

    connection.push(pieces, progress=sent.append)

    content = file.read_bytes()
    wanted = [content[at : None if size is None else at + size] for at, size in PIECES]
    assert [(there / f"{number}").read_bytes() for number in range(len(PIECES))] == wanted
    assert sum(sent) == sum(map(len, wanted))


@pytest.mark.parametrize(("offset", "size_bytes"), [(0, 101), (50, 51), (100, 1), (101, 1)])
def test_a_piece_that_the_file_does_not_have_is_refused(
    place: tuple[Connection, str, Path],
    tmp_path: Path,
    offset: int,
    size_bytes: int,
) -> None:
    connection, remote, _ = place
    file = random_file(tmp_path / "file", 100)

    with pytest.raises(HostFileError, match="became shorter"):
        connection.push(
            [Push(local=file, remote=f"{remote}/no", offset=offset, size_bytes=size_bytes)]
        )

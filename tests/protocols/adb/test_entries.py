import os
from pathlib import Path

import pytest

from sideload.errors import ProtocolError
from sideload.protocols.adb import entries, sync
from tests.protocols.adb.hostile import garbage, mutated

FIVE_GIB = 5 << 30


@pytest.fixture
def status(tmp_path: Path) -> os.stat_result:
    file = tmp_path / "sparse"
    with file.open("wb") as opened:
        opened.truncate(FIVE_GIB)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return file.stat()


def test_the_new_form_carries_sizes_over_four_gigabytes(status: os.stat_result) -> None:
    found, error = entries.parse_stat_v2(entries.stat_v2(sync.STAT_V2, status))

    assert error == 0
    assert found == entries.Status(status.st_mode, FIVE_GIB, 1_700_000_000, status.st_ino)


def test_the_old_form_carries_them_modulo_four_gigabytes(status: os.stat_result) -> None:
    found = entries.parse_stat_v1(entries.stat_v1(status))

    assert found == entries.Status(status.st_mode, FIVE_GIB - (4 << 30), 1_700_000_000, 0)


def test_no_status_has_a_reason_in_the_new_form_only() -> None:
    assert entries.parse_stat_v1(entries.stat_v1(None)) is None
    assert entries.parse_stat_v2(entries.stat_v2(sync.LSTAT_V2, None, 13)) == (None, 13)


def test_an_entry_is_read_in_either_form(status: os.stat_result) -> None:
    name = "wéird 名".encode()
    old, new = entries.entry_v1(name, status), entries.entry_v2(name, status)

    read_old = entries.parse_entry(old[: entries.ENTRY_V1_SIZE])
    read_new = entries.parse_entry(new[: entries.ENTRY_V2_SIZE])

    assert read_old is not None
    assert read_new is not None
    assert read_old[1] == read_new[1] == len(name)
    assert read_new[0].size_bytes == FIVE_GIB
    assert old.endswith(name)
    assert entries.parse_name(new[entries.ENTRY_V2_SIZE :]) == "wéird 名"


def test_the_end_of_a_list_is_found_in_either_form() -> None:
    assert entries.parse_entry(entries.END_OF_LIST_V1) is None
    assert entries.parse_entry(entries.END_OF_LIST_V2) is None
    assert len(entries.END_OF_LIST_V1) == entries.ENTRY_V1_SIZE == 20
    assert len(entries.END_OF_LIST_V2) == entries.ENTRY_V2_SIZE == 76


@pytest.mark.parametrize("name", [b"", b"../../etc/passwd", b"a/b", b"a\0b"])
def test_a_name_that_is_a_path_is_refused(name: bytes) -> None:
    with pytest.raises(ProtocolError, match="can be called"):
        entries.parse_name(name)


def test_a_name_that_claims_gigabytes_is_refused(status: os.stat_result) -> None:
    head = entries.entry_v2(b"", status)[:-4] + b"\xff\xff\xff\xff"

    with pytest.raises(ProtocolError, match="4294967295 bytes"):
        entries.parse_entry(head)


def test_no_bytes_whatever_raise_anything_else_than_a_protocol_error(
    status: os.stat_result,
) -> None:
    good = entries.entry_v2(b"", status)

    for data in (*garbage(500), *mutated(good, 500), b"", bytes(20), bytes(72), bytes(76)):
        for parse in (entries.parse_stat_v1, entries.parse_stat_v2, entries.parse_entry):
            try:
                parse(data)
            except ProtocolError:
                continue

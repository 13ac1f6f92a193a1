"""Whatever is written is read again as it was, for any values and however packets tear it."""

import os
from collections.abc import Iterable, Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sideload.errors import ProtocolError, TransferError
from sideload.protocols.adb import banner, entries, keys, packets, shell, sync
from sideload.protocols.adb.answers import Answers, Download
from sideload.protocols.adb.keys import PublicKey
from tests.fuzz.claims import pieces
from tests.protocols.adb.any import CUTS, QUICK

WORD: Final = some.integers(0, 0xFFFFFFFF)
LONG: Final = some.integers(0, (1 << 64) - 1)
TIME: Final = some.integers(-(1 << 63), (1 << 63) - 1)
COMMAND: Final = some.sampled_from(
    [packets.CNXN, packets.AUTH, packets.STLS, packets.OPEN, packets.OKAY, packets.WRTE]
)
# What a banner's properties and features may hold without being taken for something else.
PLAIN: Final = some.text(
    some.characters(exclude_characters=";=,:\0", categories=["L", "N", "P", "S"]), min_size=1
)
# Text that is shown as it is.
SHOWN: Final = some.text().filter(str.isprintable)
PATH: Final = some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]))
FRAMES: Final = some.lists(some.tuples(some.integers(0, 255), some.binary(max_size=300)))


@QUICK
@given(COMMAND, WORD, WORD, WORD, WORD)
def test_a_header_is_read_as_it_was_written(
    command: int, arg0: int, arg1: int, size: int, checksum: int
) -> None:
    data = packets.pack_header(command, arg0, arg1, size, checksum)

    assert packets.parse_header(data)[:5] == (command, arg0, arg1, size, checksum)


@QUICK
@given(COMMAND, WORD, some.integers(0, 23), some.integers(0, 7))
def test_a_header_with_any_wrong_bit_in_its_name_is_refused(
    command: int, arg: int, place: int, bit: int
) -> None:
    data = bytearray(packets.pack_header(command, arg, arg, 0, 0))
    data[place] ^= 1 << bit

    if 4 <= place < 20:
        assert packets.parse_header(data).command == command
    else:
        with pytest.raises(ProtocolError):
            packets.parse_header(data)


@QUICK
@given(some.integers(-(1 << 31), (1 << 31) - 1))
def test_an_acknowledged_count_is_read_as_it_was_written(count: int) -> None:
    assert packets.parse_count(packets.pack_count(count)) == count


@QUICK
@given(some.binary(max_size=500), some.binary(max_size=500))
def test_a_checksum_of_parts_is_that_of_the_whole(one: bytes, two: bytes) -> None:
    together = packets.checksum(one) + packets.checksum(two)

    assert packets.checksum(one + two) == together & 0xFFFFFFFF


@QUICK
@given(PLAIN, some.dictionaries(PLAIN, PLAIN, max_size=8), some.sets(PLAIN, max_size=20))
def test_a_banner_is_read_as_it_was_written(
    kind: str, properties: dict[str, str], features: set[str]
) -> None:
    properties.pop("features", None)

    read = banner.parse(banner.build(kind, properties=properties, features=features))

    assert (read.kind, read.properties) == (kind, properties)
    assert set(read.features) == features


@QUICK
@given(some.lists(some.none() | SHOWN, max_size=12), CUTS)
def test_answers_come_out_in_order_however_they_are_torn(
    said: list[str | None], cuts: Sequence[int]
) -> None:
    data = b"".join(sync.STORED if each is None else sync.fail(each) for each in said)
    reader = Answers()

    assert [one for piece in pieces(data, cuts) for one in reader.feed(piece)] == said


@QUICK
@given(some.lists(some.binary(max_size=2000), max_size=6), some.none() | SHOWN, CUTS)
def test_a_files_content_comes_out_whole_however_it_is_torn(
    chunks: list[bytes], refusal: str | None, cuts: Sequence[int]
) -> None:
    data = b"".join(sync.REQUEST.pack(sync.DATA, len(chunk)) + chunk for chunk in chunks)
    data += sync.END_OF_FILE if refusal is None else sync.fail(refusal)
    download = Download()

    content = [bytes(part) for piece in pieces(data, cuts) for part in download.feed(piece)]

    assert b"".join(content) == b"".join(chunks)
    assert (download.is_done, download.refusal) == (True, refusal)


@QUICK
@given(some.integers(0, 300_000), some.integers(64, 1 << 18), some.integers(0, 63))
def test_content_that_was_read_into_a_packet_comes_out_of_it(
    size_bytes: int, packet_bytes: int, start: int
) -> None:
    packet = memoryview(bytearray(packet_bytes))
    content = os.urandom(size_bytes)
    at = 0
    for room in sync.content_room(packet, start, size_bytes):
        room[:] = content[at : at + len(room)]
        at += len(room)
    end = sync.frame_content(packet, start, at)

    read = b"".join(bytes(part) for part in Download().feed(packet[start:end]))

    assert read == content[:at]
    assert end <= packet_bytes
    # All that fits, and nothing else.
    assert at == size_bytes or end + sync.REQUEST.size >= packet_bytes


@QUICK
@given(FRAMES, CUTS)
def test_frames_come_out_whole_however_they_are_torn(
    frames: list[tuple[int, bytes]], cuts: Sequence[int]
) -> None:
    data = b"".join(shell.frame(kind, content) for kind, content in frames)
    reader = shell.FrameReader()

    assert [one for piece in pieces(data, cuts) for one in reader.feed(piece)] == frames
    assert not reader.is_torn


@QUICK
@given(some.integers(0, 255))
def test_an_exit_code_is_read_as_it_was_written(code: int) -> None:
    assert shell.exit_code(bytes([code])) == code


@QUICK
@given(WORD, LONG, LONG, TIME, some.integers(1, 0xFFFFFFFF))
def test_a_status_in_the_new_form_keeps_every_number(
    mode: int, inode: int, size: int, mtime: int, error: int
) -> None:
    told = entries.stat_v2(sync.STAT_V2, _status(mode, inode, size, mtime))

    assert entries.parse_stat_v2(told) == (entries.Status(mode, size, mtime, inode), 0)
    assert entries.parse_stat_v2(entries.stat_v2(sync.LSTAT_V2, None, error)) == (None, error)


@QUICK
@given(some.integers(1, 0xFFFFFFFF), LONG, TIME)
def test_a_status_in_the_old_form_keeps_what_fits(mode: int, size: int, mtime: int) -> None:
    told = entries.stat_v1(_status(mode, 0, size, mtime))

    wanted = entries.Status(mode, size % (1 << 32), mtime % (1 << 32), 0)
    assert entries.parse_stat_v1(told) == wanted


@QUICK
@given(some.binary(min_size=1, max_size=255).filter(lambda name: not set(name) & {0, 47}), LONG)
def test_an_entry_of_a_folder_keeps_name_and_size(name: bytes, size: int) -> None:
    status = _status(0o100644, 7, size, 5)
    for entry, head in (
        (entries.entry_v1(name, status), entries.ENTRY_V1_SIZE),
        (entries.entry_v2(name, status), entries.ENTRY_V2_SIZE),
    ):
        found = entries.parse_entry(entry[:head])

        assert found is not None
        assert found[1] == len(name)
        assert os.fsencode(entries.parse_name(entry[head:])) == name


@QUICK
@given(some.integers(1 << 2046, (1 << 2047) - 1), some.sampled_from([3, 65537]), PLAIN)
def test_a_key_is_read_as_it_was_written(half: int, exponent: int, owner: str) -> None:
    key = PublicKey(2 * half + 1, exponent)

    line = keys.encode(key, owner)

    assert keys.parse(line) == keys.parse(line + b"\0\n") == key
    assert line.endswith(f" {owner}".encode())


@QUICK
@given(PATH, some.integers(0, 0xFFFF), some.booleans())
def test_a_request_names_its_path_or_cannot_be_made(path: str, mode: int, is_v2: bool) -> None:
    encoded = path.encode("utf-8", "surrogateescape")
    room = sync.MAX_PATH if is_v2 else sync.MAX_PATH - len(f",{mode}")
    if not 0 < len(encoded) <= room:
        return
    data = sync.send_request(path, mode, is_v2=is_v2)
    name, size = sync.REQUEST.unpack_from(data)
    said = data[sync.REQUEST.size :][:size]

    if is_v2:
        assert (name, said) == (sync.SEND_V2_NAME, encoded)
        assert sync.SEND_V2.unpack(data[-sync.SEND_V2.size :]) == (sync.SEND_V2_NAME, mode, 0)
    else:
        assert (name, said) == (sync.SEND, encoded + f",{mode}".encode())


@QUICK
@given(some.text(min_size=1025) | some.just("") | some.just("a\0b"))
def test_a_path_that_adb_cannot_carry_is_refused(path: str) -> None:
    with pytest.raises(TransferError):
        sync.request(sync.STAT, path)


def _status(mode: int, inode: int, size: int, mtime: int) -> os.stat_result:
    return os.stat_result(_ten(mode, inode, 1, 1, 2000, 2000, size, 4, mtime, 6))


def _ten(*numbers: int) -> Iterable[int]:
    return numbers

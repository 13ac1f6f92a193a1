import pytest

from sideload.errors import TransferError
from sideload.protocols.adb import sync
from sideload.protocols.adb.answers import Download
from tests.protocols.adb.hostile import torn


def test_a_file_is_announced_in_either_form() -> None:
    old = sync.send_request("/d/é", 0o100644, is_v2=False)
    new = sync.send_request("/d/é", 0o100644, is_v2=True)

    assert old == b"SEND" + b"\x0b\0\0\0" + "/d/é,33188".encode()
    assert new == b"SND2" + b"\x05\0\0\0" + "/d/é".encode() + b"SND2" + b"\xa4\x81\0\0" + bytes(4)


def test_a_file_is_asked_for_in_either_form() -> None:
    assert sync.receive_request("/a", is_v2=False) == b"RECV\x02\0\0\0/a"
    assert sync.receive_request("/a", is_v2=True) == b"RCV2\x02\0\0\0/aRCV2\0\0\0\0"


@pytest.mark.parametrize("path", ["", "/a\0b", "/" + "x" * 1024, "/" + "é" * 512])
def test_a_path_that_adb_cannot_carry_is_refused_before_anything_is_sent(path: str) -> None:
    with pytest.raises(TransferError, match="cannot carry"):
        sync.request(sync.STAT, path)


def test_a_time_before_1970_or_after_2106_is_still_sent() -> None:
    assert sync.done(-1) == b"DONE\xff\xff\xff\xff"
    assert sync.done(1 << 33) == b"DONE\0\0\0\0"


@pytest.mark.parametrize("packet_bytes", [9, 512, 4096, 65544, 65545, 1 << 18, 1 << 20])
@pytest.mark.parametrize("start", [0, 1, 300])
@pytest.mark.parametrize("size_bytes", [1, 100, 65536, 65537, 1 << 20])
def test_content_in_a_packet_is_read_back_whatever_the_sizes(
    packet_bytes: int, start: int, size_bytes: int
) -> None:
    packet = memoryview(bytearray(packet_bytes))
    room = sync.content_room(packet, start, size_bytes)
    content = bytearray()
    for number, piece in enumerate(room):
        piece[:] = bytes([number + 1]) * len(piece)
        content += piece

    end = sync.frame_content(packet, start, len(content))

    download = Download()
    assert b"".join(download.feed(packet[start:end])) == content
    assert end <= max(start, packet_bytes)
    assert len(content) == size_bytes or packet_bytes - end <= sync.REQUEST.size


def test_less_content_than_there_is_room_for_is_framed_as_it_is() -> None:
    packet = memoryview(bytearray(1 << 18))
    sync.content_room(packet, 0, 200_000)

    end = sync.frame_content(packet, 0, 70_000)

    assert end == 70_000 + 2 * sync.REQUEST.size


def test_torn_content_comes_out_in_order() -> None:
    content = bytes(range(256)) * 600
    packet = memoryview(bytearray(1 << 18))
    at = 0
    for piece in sync.content_room(packet, 0, len(content)):
        piece[:] = content[at : at + len(piece)]
        at += len(piece)
    end = sync.frame_content(packet, 0, len(content))

    for pieces in torn(bytes(packet[:end]) + sync.END_OF_FILE, 50):
        download = Download()
        out = b"".join(bytes(part) for piece in pieces for part in download.feed(piece))

        assert out == content
        assert download.is_done
        assert download.refusal is None

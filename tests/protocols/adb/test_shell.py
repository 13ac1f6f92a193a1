import pytest

from sideload.errors import ProtocolError
from sideload.protocols.adb import shell
from tests.protocols.adb.hostile import garbage, torn

FRAMES = [
    (shell.STDOUT, b"hello"),
    (shell.STDERR, b""),
    (shell.STDOUT, bytes(range(256)) * 300),
    (shell.EXIT, b"\x07"),
]


def test_frames_come_out_whole_however_they_are_torn() -> None:
    wire = b"".join(shell.frame(kind, data) for kind, data in FRAMES)

    for pieces in torn(wire, 200):
        reader = shell.FrameReader()
        frames = [frame for piece in pieces for frame in reader.feed(piece)]

        assert frames == FRAMES
        assert not reader.is_torn


def test_a_frame_without_its_end_is_known_to_be_torn() -> None:
    reader = shell.FrameReader()

    frames = list(reader.feed(shell.frame(shell.STDOUT, b"hello")[:-1]))

    assert frames == []
    assert reader.is_torn


def test_a_frame_that_claims_gigabytes_is_refused_before_any_memory_is_taken() -> None:
    reader = shell.FrameReader()

    with pytest.raises(ProtocolError, match="4294967295 bytes"):
        list(reader.feed(b"\x01\xff\xff\xff\xff"))


def test_no_bytes_whatever_raise_anything_else_than_a_protocol_error() -> None:
    for data in garbage(500):
        try:
            list(shell.FrameReader().feed(data))
        except ProtocolError:
            continue


def test_the_end_of_input_is_frame_four_as_in_adbd() -> None:
    assert shell.frame(shell.CLOSE_STDIN) == b"\x04\0\0\0\0"


def test_an_exit_code_is_one_byte() -> None:
    assert shell.exit_code(b"\xff") == 255


def test_an_exit_code_of_another_size_is_refused() -> None:
    with pytest.raises(ProtocolError, match="0 bytes"):
        shell.exit_code(b"")

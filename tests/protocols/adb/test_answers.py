import pytest

from sideload.errors import ProtocolError
from sideload.protocols.adb import sync
from sideload.protocols.adb.answers import Answers, Download
from tests.protocols.adb.hostile import garbage, mutated, torn


def test_answers_come_out_in_order_however_they_are_torn() -> None:
    wire = sync.STORED + sync.fail("no space") + sync.STORED + sync.fail("")

    for pieces in torn(wire, 200):
        reader = Answers()

        assert [answer for piece in pieces for answer in reader.feed(piece)] == [
            None,
            "no space",
            None,
            "",
        ]


def test_a_reason_cannot_steer_the_terminal() -> None:
    (reason,) = Answers().feed(sync.fail("\x1b[2Jgone\n"))

    assert reason is not None
    assert reason.isprintable()
    assert "gone" in reason


def test_a_reason_that_claims_gigabytes_is_refused() -> None:
    with pytest.raises(ProtocolError, match="reason claims"):
        Answers().feed(sync.REQUEST.pack(sync.FAIL, 0xFFFFFFFF))


def test_an_unknown_answer_is_refused_with_its_name() -> None:
    with pytest.raises(ProtocolError, match="WHAT"):
        Answers().feed(b"WHAT\0\0\0\0")


def test_a_piece_larger_than_adb_sends_is_refused() -> None:
    with pytest.raises(ProtocolError, match="65537 bytes"):
        Download().feed(sync.REQUEST.pack(sync.DATA, sync.MAX_CHUNK + 1))


def test_a_refusal_in_the_middle_of_a_file_ends_it_with_the_reason() -> None:
    download = Download()

    parts = download.feed(sync.REQUEST.pack(sync.DATA, 2) + b"ab" + sync.fail("read failed"))

    assert b"".join(parts) == b"ab"
    assert download.is_done
    assert download.refusal == "read failed"


def test_a_refusal_without_a_reason_is_one_too() -> None:
    download = Download()

    download.feed(sync.fail(""))

    assert download.is_done
    assert download.refusal == ""


def test_content_is_handed_on_without_a_copy() -> None:
    packet = bytearray(sync.REQUEST.pack(sync.DATA, 3) + b"abc")

    (part,) = Download().feed(packet)
    packet[8] = ord("X")

    assert bytes(part) == b"Xbc"


def test_no_bytes_whatever_raise_anything_else_than_a_protocol_error() -> None:
    good = sync.REQUEST.pack(sync.DATA, 4) + b"abcd" + sync.END_OF_FILE + sync.fail("reason")

    for data in (*garbage(500), *mutated(good, 500)):
        for reader in (Answers(), Download()):
            try:
                reader.feed(data)
            except ProtocolError:
                continue

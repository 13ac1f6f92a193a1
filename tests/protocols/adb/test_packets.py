import pytest

from sideload.errors import ProtocolError
from sideload.protocols.adb import packets
from tests.protocols.adb.hostile import garbage, mutated


def test_a_header_is_read_as_it_was_written() -> None:
    data = packets.pack_header(packets.WRTE, 7, 9, 1 << 20, 0xFFFFFFFF)

    header = packets.parse_header(data)

    assert header[:5] == (packets.WRTE, 7, 9, 1 << 20, 0xFFFFFFFF)
    assert data[:4] == b"WRTE"
    assert len(data) == packets.HEADER_SIZE == 24


def test_a_header_with_a_wrong_complement_is_refused_with_its_first_bytes() -> None:
    data = b"HTTP/1.1 400 Bad Request"

    with pytest.raises(ProtocolError, match="HTTP/1"):
        packets.parse_header(data)


@pytest.mark.parametrize("size", [0, 23, 25])
def test_a_header_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ProtocolError, match=f"{size} bytes"):
        packets.parse_header(bytes(size))


def test_no_bytes_whatever_raise_anything_else_than_a_protocol_error() -> None:
    good = packets.pack_header(packets.CNXN, packets.VERSION, packets.MAX_PAYLOAD, 5, 6)

    for data in (*garbage(500, 48), *mutated(good, 500)):
        try:
            header = packets.parse_header(data)
        except ProtocolError:
            continue
        assert header.magic == header.command ^ 0xFFFFFFFF


def test_the_checksum_is_the_sum_of_the_bytes_modulo_32_bits() -> None:
    assert packets.checksum(b"") == 0
    assert packets.checksum(memoryview(b"\xff" * 1000)) == 255_000


@pytest.mark.parametrize("count", [0, 1, -1, 32 << 20, -(1 << 31)])
def test_an_acknowledged_count_is_read_as_it_was_written(count: int) -> None:
    assert packets.parse_count(packets.pack_count(count)) == count


def test_an_acknowledgement_of_another_size_is_refused() -> None:
    with pytest.raises(ProtocolError, match="carries 3 bytes"):
        packets.parse_count(b"abc")

"""Whatever is stored and whatever is compressed, a stock reader gives back the content."""

import os

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sideload.protocols.adb import zstd

WORDS = b"".join(b"weight %d of layer %d\n" % (n % 97, n % 13) for n in range(40_000))


@given(
    stored=st.lists(st.binary(max_size=3_000), max_size=4),
    compressed=st.lists(st.binary(max_size=3_000), max_size=4),
)
def test_a_reader_notices_nothing_of_where_compression_began(
    stored: list[bytes], compressed: list[bytes]
) -> None:
    assert _read(_framed(stored, compressed)) == b"".join([*stored, *compressed])


@pytest.mark.parametrize("stored", [0, 1, zstd.MOST_STORED])
def test_long_content_goes_through_too(stored: int) -> None:
    first = [os.urandom(stored)] * 3
    rest = [WORDS, os.urandom(300_000), WORDS]

    sent = _framed(first, rest)

    assert _read(sent) == b"".join([*first, *rest])
    assert len(sent) < 3 * stored + len(WORDS)


def test_the_head_is_the_compressors_own() -> None:
    parameters = zstandard.get_frame_parameters(zstd.HEAD)

    assert (parameters.has_checksum, parameters.dict_id) == (False, 0)
    assert parameters.window_size == 1 << 19


def test_what_samples_say_tells_words_from_noise() -> None:
    assert zstd.gain([WORDS[:100_000], WORDS[50_000:100_000]]) > 3
    assert zstd.gain([os.urandom(100_000)]) < 1.01
    assert zstd.gain([]) == 0


def _framed(stored: list[bytes], compressed: list[bytes]) -> bytes:
    frame = zstd.Frame()
    parts = [zstd.HEAD]
    for block in stored:
        parts += [frame.stored(len(block)), block]
    parts += [frame.compressed(data) for data in compressed]
    return b"".join([*parts, frame.end()])


def _read(sent: bytes) -> bytes:
    reader = zstandard.ZstdDecompressor().decompressobj()
    content = reader.decompress(sent)
    assert reader.eof
    assert not reader.unused_data
    return content

"""Files go compressed where the way is slow and they shrink, and arrive as they were either way."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
import zstandard

from sideload import transports
from sideload.errors import HostFileError
from sideload.protocols.adb import sync
from sideload.protocols.adb.packets import Data
from sideload.transports import Push
from sideload.transports._adb import sending
from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb.pace import Pace
from tests.devices.real_adbd import RealPhone, real_adbd, required

SLOW, FAST = 1e6, 1e9
SIZE_BYTES = 9 << 20
WORDS = b"".join(b"weight %d of layer %d\n" % (n % 97, n % 13) for n in range(40_000))


class Recorder:
    """A channel to an adbd that keeps what it is sent, stores everything, and takes its time."""

    max_payload = 1 << 20
    is_writable = True
    pending_bytes = 0

    def __init__(self, pace: Pace, slow_after: int = 1 << 40) -> None:
        self.timeout_s = 1.0
        self.sent = bytearray()
        self._pace, self._slow_after = pace, slow_after
        self._answers = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is left open."""

    @property
    def is_readable(self) -> bool:
        return bool(self._answers)

    @property
    def is_closed(self) -> bool:
        return self.sent.endswith(sync.END_OF_REQUESTS)

    def wait(self, *, for_room: bool = False) -> None:
        """Never for long."""

    def until_writable(self) -> None:
        """It always is."""

    def poll(self) -> None:
        """Nothing comes by itself."""

    def write(self, *parts: Data) -> None:
        self.sent += b"".join(parts)
        if self.is_closed:
            self._answers = sync.STORED
        if len(self.sent) > self._slow_after:
            self._pace.bytes_per_s = SLOW

    def read(self) -> Data:
        answers, self._answers = self._answers, b""
        return answers

    def release(self, payload: Data) -> None:
        """It was not ours."""


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "words"
    # Half of it is noise, so that it does not all fit into the first packet.
    piece = os.urandom(len(WORDS)) + WORDS
    file.write_bytes((piece * (SIZE_BYTES // len(piece) + 1))[:SIZE_BYTES])
    return file


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    file = tmp_path / "noise"
    file.write_bytes(os.urandom(SIZE_BYTES))
    return file


@pytest.mark.parametrize("slow_after", [0, 3 << 20])
def test_what_shrinks_goes_compressed_from_when_the_way_is_known_to_be_slow(
    words: Path, slow_after: int
) -> None:
    pace = Pace()
    channel = Recorder(pace, slow_after)
    told: list[int] = []

    sending.push(
        channel, [_to(words)], can_compress=True, is_v2=True, pace=pace, progress=told.append
    )

    flags, content = _parsed(channel.sent)
    assert flags == sync.ZSTD
    assert zstandard.ZstdDecompressor().decompressobj().decompress(content) == words.read_bytes()
    assert len(content) < SIZE_BYTES - (2 << 20)
    assert sum(told) == SIZE_BYTES


@pytest.mark.parametrize(
    ("name", "bytes_per_s", "can_compress"),
    [
        ("words", FAST, True),
        ("words", SLOW, False),
        ("noise", SLOW, True),
        ("noise", None, True),
    ],
)
def test_the_rest_goes_as_it_is(
    words: Path, noise: Path, name: str, bytes_per_s: float | None, *, can_compress: bool
) -> None:
    pace = Pace()
    pace.bytes_per_s = bytes_per_s
    file = {"words": words, "noise": noise}[name]
    channel = Recorder(pace)

    sending.push(
        channel, [_to(file)], can_compress=can_compress, is_v2=True, pace=pace, progress=None
    )

    assert _parsed(channel.sent) == (0, file.read_bytes())


def test_a_small_file_is_not_looked_at_before_the_way_is_known(tmp_path: Path) -> None:
    file = tmp_path / "small"
    file.write_bytes(WORDS)
    pace = Pace()
    channel = Recorder(pace)

    sending.push(channel, [_to(file)], can_compress=True, is_v2=True, pace=pace, progress=None)

    assert _parsed(channel.sent) == (0, WORDS)


@pytest.mark.parametrize("bytes_per_s", [None, SLOW])
def test_a_file_that_shrinks_on_the_disk_is_an_error(
    words: Path, bytes_per_s: float | None
) -> None:
    pace = Pace()
    pace.bytes_per_s = bytes_per_s
    channel = Recorder(pace)

    with pytest.raises(HostFileError, match="became shorter"):
        sending.push(
            channel,
            [_to(words)],
            can_compress=True,
            is_v2=True,
            pace=pace,
            progress=lambda _: os.truncate(words, 1 << 20),
        )


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPhone]:
    required()
    with real_adbd(tmp_path_factory.mktemp("real") / "phone") as running:
        yield running


def test_a_real_adbd_reads_what_was_stored_and_what_was_compressed(
    phone: RealPhone, words: Path
) -> None:
    with closing(transports.get("adb").connect(phone.address)) as connection:
        assert isinstance(connection, AdbConnection)
        pace = connection._pace  # noqa: SLF001 - nothing else makes loopback slow

        def slow(_: int) -> None:
            pace.bytes_per_s = SLOW

        connection.push([_to(words, f"{phone.tmp}/turned")], progress=slow)
        connection.push([_to(words, f"{phone.tmp}/all")])
        pace.bytes_per_s = None
        connection.push([_to(words, f"{phone.tmp}/none")])

    arrived = [phone.on_host(f"{phone.tmp}/{name}") for name in ("turned", "all", "none")]
    assert all(file.read_bytes() == words.read_bytes() for file in arrived)


def _to(file: Path, remote: str = "/data/local/tmp/file") -> Push:
    return Push(local=file, remote=remote)


def _parsed(sent: bytearray) -> tuple[int, bytes]:
    """The flags, and the content of all pieces together."""
    size = sync.REQUEST.unpack_from(sent)[1]
    at = sync.REQUEST.size + size
    _, mode, flags = sync.SEND_V2.unpack_from(sent, at)
    assert stat.S_ISREG(mode)
    at += sync.SEND_V2.size
    pieces: list[bytes] = []
    while True:
        name, number = sync.REQUEST.unpack_from(sent, at)
        at += sync.REQUEST.size
        if name == sync.DONE:
            return flags, b"".join(pieces)
        assert (name, number <= sync.MAX_CHUNK) == (sync.DATA, True)
        pieces.append(bytes(sent[at : at + number]))
        at += number

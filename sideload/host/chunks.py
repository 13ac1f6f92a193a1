"""Cut files into chunks whose borders follow from their content, so that equal parts are found.

An insertion moves everything behind it, and still changes only the chunks that it touches. The
list of a file's chunks is its index: one line of text, kept beside the object on the device and in
this machine's cache, so that a file is cut once.
"""

import base64
import binascii
import contextlib
import hashlib
import re
import struct
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError
from sideload.host import cache, files
from sideload.host._oserrors import explained
from sideload.values import FileRef

KIND: Final = "chunks"
# A smaller file is sent before the device has answered what it has of it.
LEAST_BYTES: Final = 1 << 20
# Average chunk by size of the file: the index stays below a thousandth of the file, and below a
# hundred thousand chunks. Measured in docs/decisions/0012-device-store.md.
AVERAGES: Final = ((512 << 20, 16 << 10), (4 << 30, 64 << 10), (1 << 62, 256 << 10))
_MOST_LINE_BYTES: Final = 16 << 20
_CUTTING: Final = threading.Lock()
_RECORD: Final = struct.Struct("<8sI")
_DIGEST_BYTES: Final = 8
_LINE: Final = re.compile(r"sideload-chunks/1 (\d{1,9}) ([0-9a-f]{64}) ([A-Za-z0-9+/=]*)")


@dataclass(frozen=True, kw_only=True)
class Index:
    """The chunks of one file, in order: the start of each one's SHA-256, and its size in bytes.

    Two indexes can be compared where their `average` is the same. A digest is short because it
    only finds candidates: what is put together is proven by the hash of the whole.
    """

    sha256: str
    average: int
    chunks: tuple[tuple[bytes, int], ...]

    @property
    def size_bytes(self) -> int:
        """Of the file."""
        return sum(size for _, size in self.chunks)


def average(size_bytes: int) -> int:
    """How large the chunks of a file of this size are on average, in bytes."""
    return next(average for most, average in AVERAGES if size_bytes < most)


def index(file: FileRef) -> Index:
    """The chunks of a file, from the cache where they are known.

    Raises:
        HostFileError: It cannot be read.
    """
    # Many phones want the same file at once: one of their threads cuts it, for all.
    with _CUTTING:
        known = recall(file.sha256, file.size_bytes)
        return _made(file) if known is None else known


def _made(file: FileRef) -> Index:
    made = Index(
        sha256=file.sha256,
        average=average(file.size_bytes),
        chunks=tuple(_cut(file.path, average(file.size_bytes))),
    )
    if made.size_bytes == file.size_bytes:
        # A cache that cannot be written costs time, and nothing else.
        with contextlib.suppress(HostFileError):
            files.write_text(kept(file.sha256), dump(made))
    return made


def recall(sha256: str, size_bytes: int) -> Index | None:
    """The chunks of a file that was cut on this machine before, wherever it is now."""
    with contextlib.suppress(HostFileError):
        line = files.read_text(kept(sha256), limit_bytes=_MOST_LINE_BYTES)
        return load(line, {sha256: size_bytes})
    return None


def forget(sha256: str) -> None:
    """Cut the file with that hash anew when it is needed again."""
    with contextlib.suppress(OSError):
        kept(sha256).unlink(missing_ok=True)


def kept(sha256: str) -> Path:
    """Where this machine keeps the index of a file with that hash, if it has been cut here."""
    return cache.folder(KIND) / sha256


def dump(made: Index) -> str:
    """One line, with its end."""
    records = b"".join(_RECORD.pack(digest, size) for digest, size in made.chunks)
    text = base64.b64encode(records).decode("ascii")
    return f"sideload-chunks/1 {made.average} {made.sha256} {text}\n"


def load(line: str, sizes: Mapping[str, int]) -> Index | None:
    """Read what `dump` wrote of a file whose size is known by its hash; None for anything else."""
    match = _LINE.fullmatch(line.rstrip("\n"))
    if match is None:
        return None
    try:
        records = base64.b64decode(match[3], validate=True)
        chunks = tuple(_RECORD.iter_unpack(records))
    except (binascii.Error, struct.error):
        return None
    found = Index(sha256=match[2], average=int(match[1]), chunks=chunks)
    return found if sizes.get(found.sha256) == found.size_bytes else None


def _cut(path: Path, average_bytes: int) -> Iterator[tuple[bytes, int]]:
    # Here, because only a deployment that sends something needs it.
    from pyfastcdc import FastCDC  # noqa: PLC0415

    cutter = FastCDC(average_bytes, min_size=average_bytes // 4, max_size=average_bytes * 4, seed=0)
    with explained(path, "read"), path.open("rb", buffering=0) as file:
        for chunk in cutter.cut_stream(file):
            yield hashlib.sha256(chunk.data).digest()[:_DIGEST_BYTES], chunk.length

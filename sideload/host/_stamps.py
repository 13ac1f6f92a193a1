"""Hashes of big files, remembered by their stamp: one small file per path in the host's cache.

A stamp is device, inode, size and the times of the last change of content and of metadata. Two
writers each replace the whole small file; a corrupt one is the same as none.
"""

import contextlib
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError
from sideload.host import _whole, cache, clock, places

KIND: Final = "stamps"
# Reading less than this takes no longer than looking it up.
WORTH_BYTES: Final = 2**18
# Clocks of file systems are coarse: a file may change again within the same stamp.
SETTLED_NS: Final = 2_000_000_000
DIGEST: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What the file system says of one file."""

    path: str
    device: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int


def stamp(path: Path) -> Stamp:
    """The stamp of the file, links followed."""
    status = path.stat()
    return Stamp(
        path=str(path.resolve()),
        device=status.st_dev,
        inode=status.st_ino,
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
    )


def recall(now: Stamp) -> str | None:
    """The hash that was remembered for exactly this stamp."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        entry = json.loads((places.cache() / KIND / _file_name(now)).read_bytes())
        if isinstance(entry, dict) and entry.get("stamp") == asdict(now):
            return _digest(entry.get("sha256"))
    return None


def remember(before: Stamp, after: Stamp, sha256: str) -> None:
    """Keep `sha256`, unless the file changed meanwhile or only just before.

    A cache that cannot be written costs time and nothing else, so it is no error here.
    """
    if before != after or not _settled(after):
        return
    entry = json.dumps({"stamp": asdict(after), "sha256": sha256})
    with (
        contextlib.suppress(HostFileError),
        _whole.writing(cache.folder(KIND) / _file_name(after)) as file,
    ):
        file.write(entry.encode())


def _settled(now: Stamp) -> bool:
    return clock.unix_ns() - max(now.modified_ns, now.changed_ns) > SETTLED_NS


def _digest(text: object) -> str | None:
    return text if isinstance(text, str) and DIGEST.fullmatch(text) else None


def _file_name(of: Stamp) -> str:
    key = hashlib.sha256(of.path.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{key[:32]}.json"

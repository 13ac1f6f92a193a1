"""Folders marked as ones that can be made again: only those are ever deleted."""

import contextlib
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError
from sideload.host import _whole
from sideload.host._oserrors import explained, shown

NAME: Final = "CACHEDIR.TAG"
SIGNATURE: Final = b"Signature: 8a477f597d28d172789f06886806bc55"
TEXT: Final = b"""%s
# Everything here can be made again, so backup programs may skip it.
# See https://bford.info/cachedir/
""" % (SIGNATURE)


def mark_cache(folder: Path) -> None:
    """Create `folder` if need be, and mark it as one that may be deleted."""
    if not _marked(folder):
        with _whole.writing(folder / NAME) as file:
            file.write(TEXT)


def remove(folder: Path) -> int:
    """Delete a folder that `mark_cache` marked; the bytes that its files held.

    The mark goes last, so that after an interrupt the rest can still be removed.

    Raises:
        HostFileError: It is not marked, so it may hold something that cannot be made again.
    """
    if folder.is_symlink() or not _marked(folder):
        raise HostFileError(
            f"{shown(folder)} has no {NAME}, so it may hold what cannot be made again",
            remedy="delete it yourself if you are sure",
        )
    with explained(folder, "delete"):
        freed_bytes = sum(e.lstat().st_size for e in folder.rglob("*") if not e.is_dir())
        for entry in folder.iterdir():
            if entry.name != NAME:
                _whole.delete(entry)
        (folder / NAME).unlink()
        with contextlib.suppress(OSError):  # a mount point stays, empty
            folder.rmdir()
    return freed_bytes


def _marked(folder: Path) -> bool:
    tag = folder / NAME
    with explained(tag, "read"):
        if not tag.is_file():
            return False
        with tag.open("rb") as file:
            return file.read(len(SIGNATURE)) == SIGNATURE

"""Whether a `.pt2` file is a whole zip archive that holds a program, and nothing that runs."""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from sideload.errors import BadModelFileError, SourceError

REMEDY: Final = "save it again with torch.export.save, or copy it again"
# What is stored may be a little more than the file only where it is compressed.
MOST_BLOWN_UP: Final = 20
RUNS: Final = ("/aotinductor/", "custom_obj")


def check(file: Path) -> None:
    """Raise where loading `file` would fail in an unclear way, or run what it holds.

    Raises:
        BadModelFileError: It is missing, empty, truncated, corrupt, or claims too much.
        SourceError: It holds compiled code or pickled objects.
    """
    if not file.is_file():
        raise BadModelFileError(f"there is no file {file}", remedy="check the path")
    size_bytes = file.stat().st_size
    if size_bytes == 0:
        raise BadModelFileError(f"{file.name} is empty", remedy=REMEDY)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            claimed_bytes = sum(entry.file_size for entry in entries)
            if claimed_bytes > MOST_BLOWN_UP * size_bytes:
                raise BadModelFileError(
                    f"{file.name} has {size_bytes} bytes and claims to hold {claimed_bytes}",
                    remedy=REMEDY,
                )
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadModelFileError(
            f"{file.name} ({size_bytes} bytes) is truncated, or not a saved program: {error}",
            remedy=REMEDY,
        ) from error
    if broken is not None:
        raise BadModelFileError(f"{file.name} is corrupt at {broken}", remedy=REMEDY)
    runs = [entry.filename for entry in entries if any(word in entry.filename for word in RUNS)]
    if runs:
        raise SourceError(
            f"{file.name} holds {runs[0]}, which would run on this machine when it is loaded",
            remedy="save it with torch.export.save, without compiled code or objects of your own",
        )

"""The classes that a phone's code was made from, found by the hash of that code.

A simulated phone has no machine that runs such code, and runs the classes instead.
"""

from pathlib import Path
from typing import Final

from sideload.host import cache, files

KIND: Final = "dexed"


def keep(dex_sha256: str, classes: Path) -> None:
    """Remember the jar that the code with this hash was made from.

    Raises:
        HostFileError: The cache cannot be written.
    """
    place = _place(dex_sha256)
    if not place.is_file():
        files.write_bytes(place, files.read_bytes(classes))


def find(dex_sha256: str) -> Path | None:
    """That jar, or nothing where this machine has not made that code."""
    place = _place(dex_sha256)
    return place if place.is_file() else None


def _place(dex_sha256: str) -> Path:
    return cache.folder(KIND) / f"{dex_sha256}.jar"

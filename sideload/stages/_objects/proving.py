"""Ask the device what it really holds; without trust in what was sent or in who else writes."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.host import files
from sideload.stages._objects import shell
from sideload.stages._objects.listing import STAT, listed
from sideload.stages._objects.manifest import Stamp
from sideload.transports import Connection

# Each of these is fed paths, one a line. What changes after its stamp was taken has another one.
_STAMPS_AND_HASHES: Final = f"""
command -v stat >/dev/null || exit 127
if command -v sha256sum >/dev/null; then hash=sha256sum
elif toybox sha256sum </dev/null >/dev/null 2>&1; then hash='toybox sha256sum'
else hash=:; echo unhashed; fi
export hash
xargs sh -c '{STAT.replace("'", '"')} "$@"; $hash "$@"' sh 2>/dev/null
true
""".strip()
_DISCARD: Final = "xargs rm -rf"
_HASHED: Final = re.compile(r"([0-9a-f]{64}) [ *](\S+)")
_UNHASHED: Final = "unhashed"
# Whole gigabytes are hashed without a word in between.
_WITHIN_S: Final = 600.0


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Paths whose content is what it should be, with the stamps from before they were read.

    `wrong` are the other ones; they are gone.
    """

    right: Mapping[str, Stamp]
    wrong: frozenset[str]


def prove(connection: Connection, root: str, places: Mapping[str, str]) -> Proof:
    """Hash what is at each path, and compare; wrong content is removed.

    Args:
        connection: To the device; a device that cannot compute SHA-256 is read back instead.
        root: The store's folder.
        places: The SHA-256 that each path, relative to `root`, should have.
    """
    if not places:
        return Proof(right={}, wrong=frozenset())
    printed = shell.run(
        connection,
        root,
        _STAMPS_AND_HASHES,
        doing="look at files and compute hashes (stat, sha256sum)",
        lines=places,
        timeout_s=_WITHIN_S,
    )
    stamps = {each.path: each.stamp for each in listed(printed) if each.is_file}
    if _UNHASHED in printed.splitlines():
        hashes = _read_back(connection, root, stamps)
    else:
        hashes = {place: sha256 for sha256, place in _HASHED.findall(printed)}
    right = {
        place: stamps[place]
        for place, sha256 in places.items()
        if place in stamps and hashes.get(place) == sha256
    }
    wrong = frozenset(places) - right.keys()
    discard(connection, root, wrong)
    return Proof(right=right, wrong=wrong)


def discard(connection: Connection, root: str, places: Iterable[str]) -> None:
    """Remove paths of the store, whatever they are."""
    gone = sorted(places)
    if gone:
        shell.run(connection, root, _DISCARD, doing="remove what is wrong", lines=gone)


def _read_back(connection: Connection, root: str, places: Iterable[str]) -> dict[str, str]:
    """Hashes of what the device gives back; as slow as sending it, and as sure as its own."""
    hashes = {}
    with tempfile.TemporaryDirectory(prefix="sideload-") as folder:
        local = Path(folder) / "content"
        for place in places:
            connection.pull(f"{root}/{place}", local)
            hashes[place] = files.sha256(local)
    return hashes

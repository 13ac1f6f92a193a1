"""Ask the device what it really holds; give right content its name, and remove the wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sideload.stages._objects import shell
from sideload.stages._objects.manifest import Stamp
from sideload.stages._objects.survey import OBJECTS, stamps
from sideload.transports import Connection

# Each of these is fed names, one a line.
_HASH: Final = "command -v sha256sum >/dev/null || exit 127; xargs sha256sum"
_DISCARD: Final = "xargs rm -f"
_ACCEPT: Final = (
    'while read -r name; do mv -f "incoming/$name.part" "objects/$name" || exit 1; done; '
    f"{OBJECTS}; true"
)
_HASHED: Final = re.compile(r"([0-9a-f]{64}) [ *](\S+)")
# Whole gigabytes are hashed without a word in between.
_WITHIN_S: Final = 600.0


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Hashes of content that was not what it should be, and the stamps of all objects, by hash."""

    wrong: frozenset[str]
    stamps: dict[str, Stamp]


def prove(
    connection: Connection, root: str, *, arrived: Iterable[str], doubtful: Iterable[str]
) -> Proof:
    """Hash what has arrived, and objects that may have been touched; all in one call.

    Raises:
        DeviceCommandError: The device cannot compute hashes.
    """
    parts = {f"incoming/{sha256}.part": sha256 for sha256 in arrived}
    places = {**parts, **{f"objects/{sha256}": sha256 for sha256 in doubtful}}
    if not places:
        return Proof(wrong=frozenset(), stamps={})
    hashes = _hashes(connection, root, places)
    wrong = [place for place, sha256 in places.items() if hashes.get(place) != sha256]
    if wrong:
        shell.run(connection, root, _DISCARD, doing="remove what is wrong", lines=wrong)
    right = [sha256 for place, sha256 in parts.items() if place not in wrong]
    listed = shell.run(connection, root, _ACCEPT, doing="name what has arrived", lines=right)
    return Proof(wrong=frozenset(places[place] for place in wrong), stamps=stamps(listed))


def _hashes(connection: Connection, root: str, places: Iterable[str]) -> dict[str, str]:
    printed = shell.run(
        connection,
        root,
        _HASH,
        doing="compute hashes (sha256sum)",
        lines=places,
        timeout_s=_WITHIN_S,
    )
    return {place: sha256 for sha256, place in _HASHED.findall(printed)}

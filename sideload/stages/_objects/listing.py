"""What a store's files are, from one line of `stat` each.

Whole seconds cannot tell what was changed twice within one. Every toybox prints fractions too, in
the times that are meant for people; the seconds are taken from the others, which know no zone.
"""

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sideload.stages._objects.manifest import Stamp

FORMAT: Final = "%i %s %Y %Z %f %n %y %z"
STAT: Final = f"stat -c '{FORMAT}'"

_LINE: Final = re.compile(r"(\d+) (\d+) (-?\d+) (\S+) ([0-9a-f]+) (\S+)(?: (.*))?")
_FRACTION: Final = re.compile(r"\d\.(\d{3,9})\b")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One path of the store, relative to its root; a link or a folder is no file."""

    path: str
    is_file: bool
    stamp: Stamp


def listed(text: str) -> Iterator[Listed]:
    """All lines that `STAT` printed, whatever else is between them."""
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is not None:
            yield Listed(
                path=match[6],
                is_file=stat.S_ISREG(int(match[5], 16)),
                stamp=Stamp(
                    inode=int(match[1]),
                    size_bytes=int(match[2]),
                    mtime=int(match[3]),
                    fine=_fine(match[4], match[7] or ""),
                ),
            )


def _fine(changed: str, times: str) -> str:
    """Fraction of the last change of the content, and time of the last change of anything."""
    fractions = _FRACTION.findall(times)
    return f"{fractions[0]} {changed}.{fractions[1]}" if len(fractions) == 2 else ""  # noqa: PLR2004

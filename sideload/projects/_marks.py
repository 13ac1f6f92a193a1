"""Lines of ours in a file of the user, between two marks, so that they can be taken out again.

The first mark holds a digest of the lines between, and so shows whether somebody has changed them.
Whatever else is in the file stays as it is, to the byte: line ends, a byte order mark, a missing
newline at the end, and bytes that are no UTF-8.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sideload.errors import EditedError

BEGIN: Final = "sideload adds these lines, and takes them out again: sideload unbundle"
END: Final = "sideload ends"
DIGITS: Final = 12
LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
OPENS: Final = re.compile(rf"(?P<lead>[^\r\n]*?){re.escape(BEGIN)} \((?P<digest>[0-9a-f]+)\)")
REMEDY: Final = "undo the edit, or remove those lines by hand; then the same command again"


@dataclass(frozen=True, kw_only=True)
class Region:
    """Our lines in a file, marks included, counted from 0; `stop` is after the last of them."""

    start: int
    stop: int


def appended(data: bytes, lines: Sequence[str], *, comment: str = "//") -> bytes:
    """`data` with marked `lines` at its end, in the line ends of its last line."""
    return inserted(data, len(_split(data)), lines, comment=comment)


def inserted(
    data: bytes, at: int, lines: Sequence[str], *, indent: str = "", comment: str = "//"
) -> bytes:
    """`data` with marked `lines` before its line `at`, counted from 0, or at its end."""
    held = _split(data)
    end = _end(held, at)
    ours = [f"{indent}{line}" if line else "" for line in lines]
    marked = [f"{indent}{comment} {BEGIN} ({_digest(ours)})", *ours, f"{indent}{comment} {END}"]
    if at == len(held) and held and not _has_end(held[-1]):
        # Taken out again together with the line end before it, since none comes after it.
        return _join([*held, end, end.join(marked)])
    return _join([*held[:at], *(f"{line}{end}" for line in marked), *held[at:]])


def taken(data: bytes, name: str) -> bytes:
    """`data` without any marked lines; `name` is what errors call the file.

    Raises:
        EditedError: Somebody changed them, or one of their marks; with the lines.
    """
    held = _split(data)
    for region in reversed(regions(data, name)):
        at_end = region.stop == len(held) and not _has_end(held[-1])
        del held[region.start : region.stop]
        if at_end and held:
            held[-1] = _bare(held[-1])
    return _join(held)


def regions(data: bytes, name: str) -> tuple[Region, ...]:
    """Where our lines are, in order.

    Raises:
        EditedError: Somebody changed them, or one of their marks; with the lines.
    """
    held = _split(data)
    found: list[Region] = []
    start = -1
    for at, line in enumerate(held):
        if BEGIN in line:
            if start >= 0:
                raise _edited(name, start, at, "their last mark is missing")
            start = at
        elif line.strip().endswith(END) and not (line.strip().removesuffix(END).strip(" /#*-<!")):
            if start < 0:
                raise _edited(name, at, at + 1, "their first mark is missing")
            _check(held, start, at, name)
            found.append(Region(start=start, stop=at + 1))
            start = -1
    if start >= 0:
        raise _edited(name, start, len(held), "their last mark is missing")
    return tuple(found)


def newline(data: bytes) -> str:
    """The line end of a file's last line that has one."""
    held = _split(data)
    return _end(held, len(held))


def lines(data: bytes) -> list[str]:
    """The lines of a file, without their ends."""
    return [_bare(line) for line in _split(data)]


def _check(held: Sequence[str], start: int, stop: int, name: str) -> None:
    opening = OPENS.match(held[start])
    inside = [_bare(line) for line in held[start + 1 : stop]]
    if opening is None or opening["digest"] != _digest(inside):
        raise _edited(name, start, stop + 1, "they are not as they were put in")


def _edited(name: str, start: int, stop: int, why: str) -> EditedError:
    where = f"line {start + 1}" if stop == start + 1 else f"lines {start + 1} to {stop}"
    return EditedError(f"{name}, {where}: somebody changed what was added; {why}", remedy=REMEDY)


def _digest(ours: Sequence[str]) -> str:
    # Without line ends, since git may have turned them into others.
    text = "\n".join(ours).encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()[:DIGITS]


def _split(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    return [found[0] for found in LINE.finditer(text) if found[0]]


def _join(held: Sequence[str]) -> bytes:
    return "".join(held).encode("utf-8", "surrogateescape")


def _end(held: Sequence[str], at: int) -> str:
    """The line end of the line before `at`, or of the nearest before that, or of any."""
    for line in [*reversed(held[:at]), *held[at:]]:
        if _has_end(line):
            return line[len(_bare(line)) :]
    return "\n"


def _has_end(line: str) -> bool:
    return line.endswith(("\n", "\r"))


def _bare(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")

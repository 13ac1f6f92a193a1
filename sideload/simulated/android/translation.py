"""Paths in commands, and in what they print: the phone's on the wire, the host's while they run.

A command is a line for a shell, so a path in it may be quoted or escaped in any way. It is mapped
in the text, before the shell sees it, to a place whose name needs no quoting: a symbolic link to
the phone's root. Output is mapped back. What this cannot see: paths that a command puts together at
run time from pieces, and paths inside files.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError
from sideload.simulated.android import registry, runtime_folder

_FOLDERS: Final = (
    "data",
    "sdcard",
    "storage",
    "system",
    "sys/class/thermal",
    "sys/class/power_supply",
    # Where the host has one, its own is alive and ours is a copy.
    *(() if Path("/proc/meminfo").exists() else ("proc",)),
)
# A path starts where no word, expansion or longer path runs into it. A quote before it does not
# tell, because it may have begun there or ended: then what stands before the quote counts.
# `-L/data` is an option and its value.
_PATH: Final = re.compile(
    rb"(?:(?:^|(?<=[^\w\x80-\xff./~+@%%)}\]*?\"'-]))([\"']*)|(?<=\s-\w)())"
    rb"/(?=(?:%b)(?![\w\x80-\xff.+@%%~-]))" % "|".join(_FOLDERS).encode()
)
# Past this, a line that never ends is no line.
_MOST_LINE: Final = 1 << 20


@contextmanager
def linked(root: str) -> Iterator[str]:
    """A path without special characters that leads to `root`; the same one every time.

    Raises:
        HostFileError: There is no private place for it.
    """
    folder = runtime_folder.plain()
    link = folder / registry.digest(root)
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(root)
    except OSError as error:
        raise HostFileError(
            f"{folder} cannot hold a link to the phone's files: {error.strerror}",
            remedy=runtime_folder.REMEDY,
        ) from error
    try:
        yield str(link)
    finally:
        link.unlink(missing_ok=True)


def to_host(command: bytes, link: str) -> bytes:
    """The command with each absolute path of the phone moved under `link`."""
    place = os.fsencode(link) + b"/"
    return _PATH.sub(lambda found: (found[1] or b"") + place, command)


def lines_to_host(link: str) -> Callable[[bytes, bool], bytes]:
    """A filter that moves the paths in a stream of commands, a whole line at a time."""
    held = b""

    def translate(piece: bytes, is_last: bool) -> bytes:
        nonlocal held
        text = held + piece
        is_whole = is_last or len(text) > _MOST_LINE
        end = len(text) if is_whole else text.rfind(b"\n") + 1
        held = text[end:]
        return to_host(text[:end], link)

    return translate


def to_phone(*places: str) -> Callable[[bytes, bool], bytes]:
    """A filter that takes the root's names (`places`) out of a stream of output.

    The filter is called with each piece and whether it is the last; a name that is torn between two
    pieces is held back until its rest has arrived.
    """
    names = sorted({os.fsencode(place) for place in places}, key=len, reverse=True)
    found = re.compile(b"(?:" + b"|".join(map(re.escape, names)) + rb")(?![\w.-])/?")
    held = b""

    def translate(piece: bytes, is_last: bool) -> bytes:
        nonlocal held
        text = held + piece if held else piece
        end = len(text) if is_last else _torn(text, names)
        held = text[end:]
        text = text[:end] if held else text
        return found.sub(b"/", text) if any(name in text for name in names) else text

    return translate


def _torn(text: bytes, names: list[bytes]) -> int:
    # Each name starts with a slash, so only slashes near the end can begin a torn one.
    position = text.find(b"/", max(0, len(text) - len(names[0])))
    while position >= 0:
        rest = text[position:]
        # The slash after a whole name goes with it, and begins no other.
        is_after_name = any(text.endswith(name, 0, position) for name in names)
        if not is_after_name and any(name.startswith(rest) for name in names):
            return position
        position = text.find(b"/", position + 1)
    return len(text)

"""What a terminal does with keys: lines, erasing, Ctrl-C and Ctrl-D.

`adb shell` puts the person's own terminal into raw mode and sends every key, so the phone has to
echo and to put lines together. That is all it does: a program that draws on the screen will not.
"""

import re
from collections import deque
from collections.abc import Callable
from typing import Final

from sideload.protocols.adb.packets import Data

_ERASE: Final = (b"\x7f", b"\b")
_ERASE_LINE: Final = b"\x15"
_INTERRUPT: Final = b"\x03"
_END: Final = b"\x04"
# One key: an arrow or the like, a letter of one to four bytes, or any other byte.
_KEY: Final = re.compile(
    rb"\x1b(?:[\[O][0-9;]*[A-Za-z~]?)?|[\xc0-\xff][\x80-\xbf]{0,3}|.", re.DOTALL
)
_MOST_LINE: Final = 4096


class LineEditor:
    """Turns keys into an echo and `lines`, each with its end; an empty one stands for Ctrl-D."""

    def __init__(self) -> None:
        self.lines: deque[bytes] = deque()
        self._line: list[bytes] = []

    def keys(self, data: Data, interrupt: Callable[[], None]) -> bytes:
        """Take keys; what shall be shown for them. `interrupt` is called for Ctrl-C."""
        return b"".join(self._key(key, interrupt) for key in _KEY.findall(bytes(data)))

    def _key(self, key: bytes, interrupt: Callable[[], None]) -> bytes:
        if key in (b"\r", b"\n"):
            return self._finished(b"\n", b"\r\n")
        if key == _INTERRUPT:
            self._line.clear()
            interrupt()
            return b"^C\r\n"
        if key in (*_ERASE, _ERASE_LINE):
            return self._erased(len(self._line) if key == _ERASE_LINE else 1)
        if key == _END and not self._line:
            return self._finished(b"", b"")
        return self._typed(key)

    def _typed(self, key: bytes) -> bytes:
        if key[0] < ord(" ") or len(self._line) >= _MOST_LINE:
            return b""
        self._line.append(key)
        return key

    def _finished(self, end: bytes, shown: bytes) -> bytes:
        self.lines.append(b"".join(self._line) + end)
        self._line.clear()
        return shown

    def _erased(self, count: int) -> bytes:
        count = min(count, len(self._line))
        del self._line[len(self._line) - count :]
        return b"\b \b" * count

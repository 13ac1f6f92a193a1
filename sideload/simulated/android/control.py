"""The faults of a phone that runs: a file in its root that anybody may change meanwhile.

`.sideload-faults` holds one `NAME` or `NAME=VALUE` a line. The phone looks at it whenever a
connection or a stream is opened; counts begin anew when the file changes.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sideload.errors import UsageError
from sideload.simulated.android import faults, toolbox
from sideload.simulated.android.faults.fault import Fault

FILE: Final = ".sideload-faults"


def write(root: Path, texts: Sequence[str]) -> None:
    """Ask the phone in `root` for these faults, and no others.

    Raises:
        UsageError: There is no such fault, or it is not used like that.
        OSError: The file cannot be written.
    """
    faults.parse(texts)
    partial = root / f"{FILE}.{os.getpid()}"
    partial.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    partial.replace(root / FILE)


class Control:
    """Reads the file again when it has changed."""

    def __init__(self, root: Path) -> None:
        self.complaint = ""
        self._root = root
        self._seen = self._stamp()

    def renewed(self) -> tuple[Fault, ...] | None:
        """The faults that are wanted now; None where nothing has changed, or makes no sense.

        `complaint` then says why.
        """
        stamp = self._stamp()
        if stamp == self._seen:
            return None
        self._seen = stamp
        try:
            made = faults.parse((self._root / FILE).read_text("utf-8").split("\n")[:-1])
            install(self._root, made)
        except (OSError, UnicodeDecodeError, UsageError) as error:
            self.complaint = str(error)
            return None
        return made

    def _stamp(self) -> tuple[int, int]:
        try:
            status = (self._root / FILE).stat()
        except OSError:
            return (0, 0)
        return status.st_ino, status.st_mtime_ns


def install(root: Path, made: Sequence[Fault]) -> None:
    """Fill the phone's folder of programs, as its faults want them.

    Raises:
        OSError: They cannot be written.
    """
    changes = {name: text for fault in made for name, text in fault.programs().items()}
    toolbox.install(root / "system/bin", changes)

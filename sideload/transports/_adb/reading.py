"""Files of this machine, on their way to a phone."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sideload.errors import HostFileError


@dataclass(frozen=True, kw_only=True)
class Content:
    """A piece of an open file, from byte `at` to before byte `end`."""

    descriptor: int
    path: Path
    at: int
    end: int

    @property
    def size_bytes(self) -> int:
        """How much it is."""
        return self.end - self.at


@contextmanager
def reading(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    """A regular file of this machine, open for reading: descriptor and status.

    Raises:
        HostFileError: It is none, or cannot be read.
    """
    try:
        # A pipe that nobody writes to must not hold everything up.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise HostFileError(f"{path} is no file", remedy="check the path: ls -l shows it")
            yield descriptor, status
        finally:
            os.close(descriptor)
    except OSError as error:
        raise HostFileError(
            f"cannot read {path}: {error.strerror}", remedy="check the path: ls -l shows it"
        ) from error


def cut_short(path: Path) -> HostFileError:
    """The error for a file that ends before its own size."""
    return HostFileError(
        f"{path} became shorter while it was sent", remedy="run the command again when it is whole"
    )

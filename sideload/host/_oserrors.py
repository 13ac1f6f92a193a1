"""What the operating system refuses, as a `HostFileError` with what to do about it."""

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError

MAKE_ROOM: Final = "free some space there (sideload clean removes what can be made again)"
BE_ALLOWED: Final = "change its permissions, or point SIDELOAD_HOME or SIDELOAD_CACHE elsewhere"
# By errno; the path is always in the sentence before.
REMEDIES: Final[Mapping[int, str]] = {
    errno.ENOENT: "check the path: ls shows what is there",
    errno.ENOTDIR: "move away the file that stands where a folder is wanted",
    errno.EEXIST: "move away the file that stands where a folder is wanted",
    errno.EISDIR: "name a file; this is a folder",
    errno.EACCES: BE_ALLOWED,
    errno.EPERM: BE_ALLOWED,
    errno.EROFS: "point SIDELOAD_HOME or SIDELOAD_CACHE to a disk that can be written",
    errno.ENOSPC: MAKE_ROOM,
    errno.EDQUOT: MAKE_ROOM,
    errno.EFBIG: "raise the limit on file sizes (ulimit -f), or use another disk",
    errno.ENAMETOOLONG: "use a shorter name",
    errno.EMFILE: "raise the limit on open files: ulimit -n 4096",
    errno.ELOOP: "remove the symbolic link that points to itself",
    errno.EBUSY: "stop the program that uses it",
    errno.EIO: "check the disk: the system log says what is wrong",
}
OTHERWISE: Final = "check that the disk is there and can be written"


@contextlib.contextmanager
def explained(path: Path, doing: str) -> Iterator[None]:
    """Turn an `OSError` inside into a sentence about `path`; `doing` is a verb such as `read`.

    Raises:
        HostFileError: The operating system refused, or no file can have that name.
    """
    _refuse_impossible(path, doing)
    try:
        yield
    except OSError as error:
        raise HostFileError(
            f"cannot {doing} {shown(path)}: {error.strerror or error}",
            remedy=REMEDIES.get(error.errno or 0, OTHERWISE),
        ) from error


def shown(path: Path) -> str:
    """`path` as text that can always be printed, on one line; from the current folder if below."""
    with contextlib.suppress(OSError, ValueError):
        path = path.relative_to(Path.cwd())
    text = str(path)
    return text if text.isprintable() else ascii(text)


def _refuse_impossible(path: Path, doing: str) -> None:
    try:
        impossible = b"\0" in os.fsencode(path)
    except UnicodeEncodeError:
        impossible = True
    if impossible:
        raise HostFileError(
            f"cannot {doing} {shown(path)}: no file can have that name",
            remedy="use a name without NUL bytes and broken characters",
        )

"""A folder of this user for what exists only while a phone runs."""

import os
import re
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError

VARIABLE: Final = "SIDELOAD_RUNTIME_DIR"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./+-]+")
REMEDY: Final = f"export {VARIABLE}=a folder of yours, with a short path without spaces"


def path() -> Path:
    """Where it is, whether it exists or not; `SIDELOAD_RUNTIME_DIR` moves it."""
    own = os.environ.get(VARIABLE)
    if own:
        return Path(own).absolute()
    of_session = os.environ.get("XDG_RUNTIME_DIR")
    if of_session and os.access(of_session, os.W_OK):
        return Path(of_session) / "sideload"
    return Path(os.environ.get("TMPDIR") or "/tmp") / _name()  # noqa: S108 - `_private` checks it


def made() -> Path:
    """The folder, which exists now and belongs to this user alone.

    Raises:
        HostFileError: There can be none.
    """
    return _private(path())


def plain() -> Path:
    """The same, or one whose path needs no quoting in a shell.

    Raises:
        HostFileError: There can be none.
    """
    usual = path()
    return _private(usual if _PLAIN.fullmatch(str(usual)) else Path("/tmp") / _name())  # noqa: S108


def _name() -> str:
    return f"sideload-{os.getuid()}"


def _private(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise HostFileError(
            f"{folder} cannot hold what running phones need: {error.strerror}", remedy=REMEDY
        ) from error
    # Somebody else's folder under our name in a shared /tmp could send our commands anywhere.
    if status.st_uid != os.getuid() or folder.is_symlink():
        raise HostFileError(f"{folder} belongs to somebody else", remedy=REMEDY)
    return folder

"""Files and folders that appear whole or not at all.

Whatever is being written has a private name, `.sideload-….part`, beside its final one, and is
locked while its writer lives; leftovers of a killed writer are swept by the next one.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from sideload.host import clock
from sideload.host._oserrors import explained

PATTERN: Final = ".sideload-*.part"
# Between a name's creation and its lock lies an instant; nothing this young is ever swept.
YOUNG_NS: Final = 60_000_000_000


@contextlib.contextmanager
def writing(path: Path, *, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """A file open for writing that becomes `path` on success, and vanishes otherwise.

    Folders above are created. `mode` is narrowed by the umask.
    """
    with explained(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        private = _name(path.parent)
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(descriptor, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield file
                file.flush()
                os.fsync(file.fileno())
                private.replace(path)
        finally:
            private.unlink(missing_ok=True)


@contextlib.contextmanager
def building(path: Path) -> Iterator[Path]:
    """A private folder beside `path` that becomes `path` on success, replacing what is there.

    It is removed on any failure or interrupt, and what was at `path` then stays.
    """
    with explained(path, "create"):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent)
        private = _name(path.parent)
        private.mkdir()
    try:
        with _locked(private):
            yield private
            with explained(path, "replace"):
                _take_the_place(private, path)
    finally:
        shutil.rmtree(private, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Delete what dead writers left in `folder`."""
    for path in folder.glob(PATTERN):
        with contextlib.suppress(OSError):
            if clock.unix_ns() - path.lstat().st_mtime_ns > YOUNG_NS:
                with _locked(path):
                    delete(path)


def delete(path: Path) -> None:
    """Delete a file, a link or a whole folder; what is not there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _name(folder: Path) -> Path:
    return folder / PATTERN.replace("*", secrets.token_hex(8))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _take_the_place(new: Path, final: Path) -> None:
    old = _name(final.parent)
    with contextlib.suppress(FileNotFoundError):
        final.rename(old)
    try:
        new.rename(final)
    except BaseException:
        with contextlib.suppress(OSError):
            old.rename(final)
        raise
    delete(old)

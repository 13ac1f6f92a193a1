"""One run at a time: a lock that the kernel lets go of when its holder dies, however it dies."""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sideload.errors import BusyError, HostFileError, SideloadError
from sideload.host import clock, console, files
from sideload.host._oserrors import explained

if TYPE_CHECKING:
    import filelock

HOLDER_LIMIT_BYTES: Final = 10_000
UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.-]+")


@contextlib.contextmanager
def held(
    name: str,
    *,
    folder: Path,
    wait_s: float,
    doing: str,
    refusal: type[SideloadError] = BusyError,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[None]:
    """Hold the lock `name` in `folder`; any text is a name.

    A run that must wait says on the console, once, who holds it. `doing` is what others are told.
    Where `cancelled` is true, there is no more waiting.

    Raises:
        BusyError: Somebody else still holds it after `wait_s`; or `refusal` in its place.
        HostFileError: The folder cannot be written.
    """
    import filelock

    stem = _file_name(name)
    lock = filelock.FileLock(files.new_folder(folder) / f"{stem}.lock", thread_local=False)
    holder = folder / f"{stem}.holder"
    if not _acquired(lock, holder, name, wait_s, cancelled):
        raise refusal(
            f"{name} is still in use after {wait_s:g} s: {_whose(holder)} holds it",
            remedy="wait for it to end, or stop that process",
        )
    try:
        files.write_text(holder, _introduction(doing))
        yield
    finally:
        with contextlib.suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _acquired(
    lock: "filelock.BaseFileLock",
    holder: Path,
    name: str,
    wait_s: float,
    cancelled: Callable[[], bool] | None,
) -> bool:
    import filelock

    with explained(Path(lock.lock_file), "lock"):
        with contextlib.suppress(filelock.Timeout):
            lock.acquire(timeout=0)
            return True
        console.say(f"waiting for {name}: {_whose(holder)} holds it")
        with contextlib.suppress(filelock.Timeout):
            lock.acquire(timeout=wait_s, cancel_check=cancelled)
            return True
    return False


def _introduction(doing: str) -> str:
    return json.dumps({"pid": os.getpid(), "doing": doing, "since": clock.now_utc()})


def _whose(holder: Path) -> str:
    # The file is written just after the lock is taken, and may be anything by now.
    try:
        known = json.loads(files.read_text(holder, limit_bytes=HOLDER_LIMIT_BYTES))
        return f"process {known['pid']} ({known['doing']}, since {known['since']})"
    except (HostFileError, ValueError, TypeError, KeyError, RecursionError):
        return "another run"


def _file_name(name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{UNSAFE.sub('-', name)[:40]}-{digest[:12]}"

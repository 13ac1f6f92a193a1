"""Which simulated phones run on this host: one small file for each, in the user's runtime folder.

A phone keeps its file locked for as long as it lives. So a file that a killed phone left behind is
told from a live one even if its process number has been given to another process.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sideload.errors import DeviceBusyError
from sideload.simulated import RunningPhone
from sideload.simulated.android import runtime_folder
from sideload.simulated.android.filesystem import HOLDER


def digest(root: str) -> str:
    """A name for what belongs to one root: 16 hexadecimal digits."""
    return hashlib.sha256(os.fsencode(root)).hexdigest()[:16]


def as_json(phone: RunningPhone) -> str:
    """One line, as the phone writes it when it is ready."""
    fields = {"address": phone.address, "serial": phone.serial, "pid": phone.pid}
    return json.dumps({**fields, "root": str(phone.root)})


def parse(text: str | bytes) -> RunningPhone:
    """Read what `as_json` wrote.

    Raises:
        ValueError: It did not.
    """
    fields = json.loads(text)
    if not isinstance(fields, dict) or not fields.keys() >= {"address", "serial", "pid", "root"}:
        raise ValueError(f"not a simulated phone: {text!r}")
    return RunningPhone(
        address=str(fields["address"]),
        serial=str(fields["serial"]),
        pid=int(fields["pid"]),
        root=Path(fields["root"]),
    )


def running() -> tuple[RunningPhone, ...]:
    """Every simulated phone of this user on this host, by address."""
    files = (runtime_folder.path() / "phones").glob("*.json")
    phones = [phone for file in files for phone in _alive(file)]
    return tuple(sorted(phones, key=lambda phone: phone.address))


def _alive(file: Path) -> Iterator[RunningPhone]:
    try:
        with file.open("rb") as opened:
            if not _is_locked(opened):
                file.unlink(missing_ok=True)  # a phone that was killed could not
                return
            yield parse(opened.read())
    except (FileNotFoundError, ValueError):
        return  # it has just ended, or the file is not a phone's


def _is_locked(opened: IO[bytes]) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


@contextmanager
def held(root: Path) -> Iterator[IO[str]]:
    """Hold a phone's root, so that no second phone serves it; gives the file to say who in.

    It still holds what a phone has said that was killed; one that ended has emptied it.

    Raises:
        DeviceBusyError: Another phone has it; the message says which.
    """
    with (root / HOLDER).open("r+", encoding="utf-8") as holder:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(root, holder.read()) from None
        try:
            yield holder
        finally:
            say(holder, "")


def say(holder: IO[str], text: str) -> None:
    """Replace what the file says."""
    holder.seek(0)
    holder.truncate()
    holder.write(text)
    holder.flush()


def _busy(root: Path, text: str) -> DeviceBusyError:
    try:
        phone = parse(text)
    except ValueError:
        return DeviceBusyError(
            f"another simulated phone is starting with the files in {root}",
            remedy="wait a moment, or use --root with another folder",
        )
    return DeviceBusyError(
        f"the files in {root} belong to a simulated phone that runs at {phone.address}",
        remedy=f"kill {phone.pid}, or use --root with another folder",
    )


@contextmanager
def listed(phone: RunningPhone) -> Iterator[None]:
    """List a phone of this process for as long as the block runs."""
    folder = runtime_folder.made() / "phones"
    folder.mkdir(exist_ok=True)
    # One root has one phone, so what a killed one left behind is replaced by its successor's.
    file = folder / f"{digest(str(phone.root))}.json"
    partial = file.with_suffix(".new")
    with partial.open("w", encoding="utf-8") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        opened.write(as_json(phone))
        opened.flush()
        partial.replace(file)  # it appears whole, and locked
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

"""Files with content that compresses badly and repeats nowhere."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sideload.transports import Push

_TRIES: Final = 400
_A_MOMENT_S: Final = 0.05
_MEGABYTE: Final = os.urandom(1 << 20)


def random_file(path: Path, size_bytes: int) -> Path:
    """Random bytes, made faster than by the system: no two megabytes of them are the same."""
    with path.open("wb") as file:
        for number in range(0, size_bytes, len(_MEGABYTE)):
            head = number.to_bytes(8, "little") + os.urandom(8)
            file.write((head + _MEGABYTE)[: min(len(_MEGABYTE), size_bytes - number)])
    return path


def to(local: Path, folder: str) -> Push:
    """Under its own name into a folder of the phone."""
    return Push(local=local, remote=f"{folder}/{local.name}")


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file at any depth, by its path from there."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def until(holds: Callable[[], bool]) -> None:
    """Wait for what a phone does in its own time."""
    for _ in range(_TRIES):
        if holds():
            return
        threading.Event().wait(_A_MOMENT_S)
    raise AssertionError("it never became so")

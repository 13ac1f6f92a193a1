"""Files with content that compresses badly and repeats nowhere."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sideload.transports import Push

_TRIES: Final = 400
_A_MOMENT_S: Final = 0.05


def random_file(path: Path, size_bytes: int) -> Path:
    path.write_bytes(os.urandom(size_bytes))
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

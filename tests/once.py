"""What costs much and is only looked at afterwards: made by one of the processes that test."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import filelock
import pytest

WITHIN_S: Final = 280.0


def made(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, which `make` fills where nobody has; others wait for it."""
    base = factory.getbasetemp()
    # Where several processes test, each has a folder of its own in the one of the run.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, whole = run / name, run / f"{name}.whole"
    with filelock.FileLock(run / f"{name}.lock", timeout=WITHIN_S):
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder

"""Many phones against one, and many deploys one after the other in one process.

The simulated phones run on the same cores as what is measured. So the figure of sixteen is one of
this host with all its phones, and can only be worse than that of a host with phones of their own.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from sideload import simulated
from tests.benchmarks.harness import figure
from tests.road.project import USERS_OWN

PHONES: Final = 16
BYTES_PER_S: Final = 30_000_000
FILE_BYTES: Final = 64 << 20
RUNS: Final = 3
DEPLOYS: Final = 1000
LONGEST_S: Final = 3600
# In memory where there is such a place, so that no disk decides.
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


@figure(
    name="push of 64 MB to 16 phones of 30 MB/s, times that to one", unit="x", reach=1.3,
    better="lower",
)  # fmt: skip
def wall() -> Sequence[float]:
    """Wall time from the start of the first push to the end of the last."""
    return [many["seconds"] / one["seconds"] for one, many in _pairs()]


@figure(
    name="peak memory of a push to 16 phones, times that to one", unit="x", reach=1.5,
    better="lower",
)  # fmt: skip
def memory() -> Sequence[float]:
    """Of the process that pushes; the phones are processes of their own."""
    return [many["bytes"] / one["bytes"] for one, many in _pairs()]


@figure(
    name="descriptors that 900 more deploys in one process leave", unit="", reach=0,
    better="lower",
)  # fmt: skip
def descriptors() -> Sequence[float]:
    """After 1,000 deploys, less those after 100."""
    return [_samples()[-1]["descriptors"] - _samples()[0]["descriptors"]]


@figure(name="threads that 900 more deploys in one process leave", unit="", reach=0, better="lower")
def threads() -> Sequence[float]:
    """After 1,000 deploys, less those after 100."""
    return [_samples()[-1]["threads"] - _samples()[0]["threads"]]


@figure(
    name="memory that each of 900 more deploys in one process leaves", unit="KB", reach=4,
    better="lower",
)  # fmt: skip
def growth() -> Sequence[float]:
    """Resident memory after 1,000 deploys less that after 100, for each deploy."""
    first, *_, last = _samples()
    return [(last["bytes"] - first["bytes"]) / 1000 / (DEPLOYS * 9 // 10)]


@cache
def _pairs() -> list[tuple[dict[str, float], dict[str, float]]]:
    """One phone and then many, run by run."""
    with _folder() as folder, ExitStack() as stack:
        file = folder / "file.bin"
        file.write_bytes(os.urandom(FILE_BYTES))
        start = simulated.get("android").start
        slow = [f"slow={BYTES_PER_S}"]
        phones = [
            stack.enter_context(start(folder / f"phone-{number}", faults=slow))
            for number in range(PHONES)
        ]
        every = ",".join(phone.address for phone in phones)
        return [
            (
                _child(folder, "push", phones[0].address, str(file)),
                _child(folder, "push", every, str(file)),
            )
            for _ in range(RUNS)
        ]


@cache
def _samples() -> list[dict[str, float]]:
    with _folder() as folder, simulated.get("android").start(folder / "phone") as phone:
        model = folder / "own.py"
        model.write_text(USERS_OWN)
        found: list[dict[str, float]] = _child(
            folder, "deploys", phone.address, f"{model}:blend", str(DEPLOYS)
        )
        return found


@contextmanager
def _folder() -> Iterator[Path]:
    memory_folder = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory_folder, prefix="sideload-") as name:
        yield Path(name)


def _child(folder: Path, *words: str) -> Any:  # noqa: ANN401 - it is JSON
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks._phones", *words],
        env={**os.environ, "SIDELOAD_HOME": str(folder / "home")},
        stdout=subprocess.PIPE,
        timeout=LONGEST_S,
        check=True,
    )
    return json.loads(done.stdout)

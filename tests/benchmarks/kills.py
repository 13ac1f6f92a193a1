"""Kill a push with SIGKILL at random moments, and run it again: what is complete, and what it cost.

Each kill is of a process of its own, while it pushes to a simulated phone over a proxy that counts.
"""

import os
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from sideload import simulated
from sideload.host import files
from sideload.values import PayloadFile
from tests.benchmarks.harness import figure
from tests.stages.objects.killing import ROOT, Outcome, killed_and_resumed, pushed

KILLS: Final = 200
# As a deployment is: a model, its libraries, and small files beside them.
SIZES: Final = (24_000_000, 16_000_000, 3_000_000, 1_500_000, *[20_000] * 50)
# Kills are spread over a little more than a push takes: some come just after its end.
SPREAD: Final = 1.05
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


@figure(name="killed pushes that the next run completes", unit="of 200", reach=200, better="higher")
def complete() -> Sequence[float]:
    """Every file right, the deployment whole, and nothing wrong under a final name in between."""
    return [sum(one.complete and not one.wrong for one in _outcomes())]


@figure(name="bytes of killed pushes sent twice, the worst", unit="%", reach=5, better="lower")
def twice() -> Sequence[float]:
    """What went over the wire in both runs together, beyond the payload; everything included."""
    total_bytes = sum(SIZES)
    return [max(100 * (one.sent_bytes / total_bytes - 1) for one in _outcomes())]


@cache
def _outcomes() -> tuple[Outcome, ...]:
    moments = random.Random(KILLS)  # noqa: S311 - any moments will do
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="sideload-") as name:
        folder = Path(name)
        payload = [_made(folder, number, size) for number, size in enumerate(SIZES)]
        with simulated.get("android").start(folder / "phone") as phone:
            root = phone.root / ROOT.lstrip("/")
            # The first push finds nothing in any cache.
            pushed(phone.address, payload)
            shutil.rmtree(root)
            started_s = time.perf_counter()
            pushed(phone.address, payload)
            whole_s = SPREAD * (time.perf_counter() - started_s)
            found = []
            for _ in range(KILLS):
                shutil.rmtree(root)
                after_s = moments.random() * whole_s
                found.append(killed_and_resumed(phone.address, root, payload, after_s))
            return tuple(found)


def _made(folder: Path, number: int, size_bytes: int) -> PayloadFile:
    path = folder / str(number)
    path.write_bytes(os.urandom(size_bytes))
    return PayloadFile(name=f"file {number}", file=files.ref(path))

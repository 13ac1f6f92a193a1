"""What the figures of fleets measure, each in a process of its own: `python -m … push|deploys …`.

Prints one line of JSON.
"""

import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Final

from sideload.host import console, targets
from sideload.stages import road
from sideload.stages._fleet.crew import Hand
from sideload.stages._fleet.sending import send
from sideload.stages._items import Ask, items
from sideload.stages.models import Failures
from sideload.transports import Push

REMOTE: Final = "/data/local/tmp/sideload/bench.bin"
# Where the phone's folder holds what the last deploy verified, one in so many is verified anew.
ANEW_EVERY: Final = 10
CONNECTED_WITHIN_S: Final = 60.0
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


def push(addresses: str, file: str) -> dict[str, float]:
    """Seconds, and peak memory in bytes, of a push of one file to every phone.

    All begin when all are connected: what programs of the phones cost until then, on this host's
    cores, is no matter of ours.
    """
    together = threading.Barrier(len(addresses.split(",")))
    spans: list[tuple[float, float]] = []

    def act(hand: Hand[None]) -> None:
        with hand.connected(doing="bench") as connection:
            together.wait(CONNECTED_WITHIN_S)
            started_s = time.perf_counter()
            connection.push([Push(local=Path(file), remote=REMOTE)])
            spans.append((started_s, time.perf_counter()))

    found = send(
        targets.read("android"),
        [f"{addresses},{addresses}"],  # several names are a fleet, and each is meant once
        act,
        steps=(),
        ended=lambda _: None,
        meanwhile=lambda *_: None,
    )
    assert found.succeeded == "all", found.errors()
    starts, ends = zip(*spans, strict=True)
    return {"seconds": max(ends) - min(starts), "bytes": _peak_bytes(), "cpu": time.process_time()}


def deploys(address: str, model: str, count: str) -> list[dict[str, float]]:
    """Descriptors, threads and memory in bytes after each tenth part of so many deploys."""
    target = targets.read("android")
    asked = items(
        Ask(target=target, models=(model,), runtimes=("onnxruntime",), precisions=("float32",))
    )
    samples = []
    for number in range(1, int(count) + 1):
        failures = Failures()
        made = road.results(asked, target, address, failures, anew=False)
        assert len(made) == 1, failures.found
        kept = made[0].deployment.outputs
        if number % ANEW_EVERY == 0 and kept is not None:
            shutil.rmtree(kept.parent)
        if number % (int(count) // 10) == 0:
            samples.append(_sample())
    return samples


def _peak_bytes() -> int:
    # Not `ru_maxrss`, which begins with what the process that started this one had.
    status = Path("/proc/self/status").read_text("ascii")
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def _sample() -> dict[str, float]:
    resident = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "bytes": resident * PAGE_BYTES,
    }


if __name__ == "__main__":
    console.configure(quiet=True)
    kind, *words = sys.argv[1:]
    sys.stdout.write(json.dumps({"push": push, "deploys": deploys}[kind](*words)) + "\n")  # type: ignore[operator]

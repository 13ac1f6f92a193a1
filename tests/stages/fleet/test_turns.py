import itertools
import subprocess
import sys
import threading
import time

import pytest

from sideload.errors import RunnerError
from sideload.stages._turns import measuring
from sideload.values import Device

SIMULATED = Device(serial="s", transport="adb", simulated=True, model="m", system="s", abi="x86_64")
REAL = Device(serial="r", transport="adb", simulated=False, model="m", system="s", abi="x86_64")
# Measures for a moment and says from when to when, on a clock that all processes share.
MEASURES = """
import time
from tests.stages.fleet.test_turns import SIMULATED
from sideload.stages._turns import measuring
with measuring(SIMULATED):
    started = time.monotonic()
    time.sleep(0.1)
    print(started, time.monotonic())
"""


def test_simulated_phones_of_several_processes_are_measured_one_after_the_other() -> None:
    pipe = subprocess.PIPE
    children = [
        subprocess.Popen([sys.executable, "-c", MEASURES], stdout=pipe, stderr=pipe, text=True)
        for _ in range(3)
    ]
    said = [child.communicate(timeout=60) for child in children]
    spans = sorted(tuple(map(float, out.split())) for out, _ in said)

    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans)), said


def test_simulated_phones_of_one_process_are_measured_one_after_the_other() -> None:
    spans: list[tuple[float, float]] = []

    def measure() -> None:
        with measuring(SIMULATED):
            started_s = time.monotonic()
            time.sleep(0.05)
            spans.append((started_s, time.monotonic()))

    threads = [threading.Thread(target=measure) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    spans.sort()
    assert len(spans) == len(threads)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_real_phones_are_measured_at_any_time() -> None:
    with measuring(SIMULATED), measuring(REAL), measuring(REAL):
        both = True

    assert both


def test_a_measurement_that_fails_lets_the_next_one_in() -> None:
    with pytest.raises(RunnerError), measuring(SIMULATED):
        raise RunnerError("it ended too early", remedy="run it again")

    with measuring(SIMULATED):
        pass

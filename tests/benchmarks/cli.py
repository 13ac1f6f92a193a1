"""How long a person waits for the command line itself."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.harness import figure

CHECKOUT: Final = Path(__file__).resolve().parents[2]


@figure(name="invoke --list", unit="s", reach=0.5, better="lower")
def listing() -> Sequence[float]:
    """Wall time of the whole program, which imports neither torch nor a runtime."""
    return [_seconds([sys.executable, "-m", "invoke", "--list"]) for _ in range(7)]


def _seconds(argv: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(argv, cwd=CHECKOUT, check=True, capture_output=True, timeout=60)
    return time.perf_counter() - started

"""How long the command takes that writes a model's class, once the model's file is there."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks.harness import figure

RUNS: Final = 15
COMMAND: Final = (
    *(sys.executable, "-c", "from sideload.cli import main; main()"),
    *("bind", "--model", "digits", "--target", "local", "--runtime", "onnxruntime"),
    *("--precision", "float32"),
)
CHECKOUT: Final = Path(__file__).resolve().parents[2]


@figure(name="bind for one model, warm", unit="s", reach=0.3, better="lower")
def warm() -> Sequence[float]:
    """Wall time of the whole program where nothing has changed since: it looks at everything."""
    with _project() as home:
        return [_seconds(home) for _ in range(RUNS)]


@figure(name="bind for one model, its class written anew", unit="s", reach=0.4, better="lower")
def anew() -> Sequence[float]:
    """Wall time of the whole program where the class is not there, and templates are compiled."""
    with _project() as home:
        return [_written(home) for _ in range(RUNS)]


@contextmanager
def _project() -> Iterator[Path]:
    """A project with an exported model and its class; what was compiled for it is kept as usual."""
    with tempfile.TemporaryDirectory(prefix="sideload-") as name:
        _seconds(Path(name))
        yield Path(name)


def _written(home: Path) -> float:
    (made,) = home.glob("artifacts/*/local/3-bind")
    shutil.rmtree(made)
    return _seconds(home)


def _seconds(home: Path) -> float:
    own = {name: value for name, value in os.environ.items() if "DONTWRITEBYTECODE" not in name}
    environment = own | {"SIDELOAD_HOME": str(home), "PYTHONPATH": str(CHECKOUT)}
    started = time.perf_counter()
    subprocess.run(COMMAND, check=True, capture_output=True, timeout=600, env=environment)
    return time.perf_counter() - started

"""The small models, made once and kept; and a runner of each runtime, compiled once."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sideload.host import machine
from tests.bindings.kept import kept
from tests.requires import require
from tests.runners.arrays import pair
from tests.runners.program import RUNTIMES, Program, assembled

SCRIPT = Path(__file__).parent / "make_models.py"


@pytest.fixture(scope="session")
def models() -> Path:
    """A folder with every small model in both formats."""
    return kept("runners", [SCRIPT.read_bytes()], _make)


def _make(folder: Path) -> None:
    argv = [sys.executable, str(SCRIPT), str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(argv, env=environment, check=True, capture_output=True, timeout=250)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Program]:
    """One runner for each runtime."""
    require(machine.abi() is not None, "runners are programs for Linux on x86-64 or 64-bit ARM")
    folder = tmp_path_factory.mktemp("programs")
    return {runtime: assembled(runtime, folder / runtime) for runtime in RUNTIMES}


@pytest.fixture(params=RUNTIMES)
def program(request: pytest.FixtureRequest, programs: Mapping[str, Program]) -> Program:
    """Each runner in turn."""
    return programs[request.param]


@pytest.fixture
def executorch(programs: Mapping[str, Program]) -> Program:
    """The runner of ExecuTorch."""
    return programs["executorch"]


@pytest.fixture
def onnxruntime(programs: Mapping[str, Program]) -> Program:
    """The runner of ONNX Runtime."""
    return programs["onnxruntime"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two good inputs for the model `mlp`: `refusal.X` and `refusal.Y`."""
    for name, array in pair(2).items():
        (tmp_path / f"{name}.bin").write_bytes(array.tobytes())
    return tmp_path

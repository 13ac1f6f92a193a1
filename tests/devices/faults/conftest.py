"""One phone for all that do not break it, and files that are made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sideload import simulated
from sideload.simulated import RunningPhone, Simulator


@pytest.fixture(scope="package", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A runtime folder, a home and data of our own, for us and every process that a test starts."""
    folder = tmp_path_factory.mktemp("surroundings")
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("SIDELOAD_RUNTIME_DIR", str(folder / "runtime"))
        variables.setenv("HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def simulator() -> Simulator:
    return simulated.get("android")


@pytest.fixture(scope="package")
def phone(
    surroundings: Path, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningPhone]:
    """A phone whose faults are changed while it runs."""
    del surroundings
    with simulator.start(tmp_path_factory.mktemp("faults") / "phone") as running:
        yield running


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("payload")

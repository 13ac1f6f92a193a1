"""Phones and a client for them, away from whatever else this user runs on this machine."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from sideload import simulated
from sideload.simulated import RunningPhone, Simulator
from tests.simulated.client import FEATURES, Client, Key, connected


class Start(Protocol):
    """Starts a phone with some faults, in a new root unless one is given."""

    def __call__(
        self, *faults: str, root: Path | None = None, properties: Mapping[str, str] | None = None
    ) -> RunningPhone: ...


class Connect(Protocol):
    """Connects to a phone."""

    def __call__(self, phone: RunningPhone, features: tuple[str, ...] = FEATURES) -> Client: ...


@pytest.fixture(scope="package", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A runtime folder and a home of our own, for us and every process that a test starts."""
    folder = tmp_path_factory.mktemp("surroundings")
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("SIDELOAD_RUNTIME_DIR", str(folder / "runtime"))
        variables.setenv("HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def simulator() -> Simulator:
    return simulated.get("android")


@pytest.fixture(scope="session")
def key() -> Key:
    return Key()


@pytest.fixture(scope="module")
def phone(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    """A phone with nothing wrong, for one file of tests."""
    with simulator.start(tmp_path_factory.mktemp("phone")) as running:
        yield running


@pytest.fixture
def client(phone: RunningPhone, key: Key) -> Iterator[Client]:
    """A client of `phone`."""
    with connected(phone.address, key) as made:
        yield made


@pytest.fixture
def start(simulator: Simulator, tmp_path: Path) -> Iterator[Start]:
    """Start phones of one's own, each in a new root; they end with the test."""
    with ExitStack() as stack:
        count = 0

        def started(
            *faults: str, root: Path | None = None, properties: Mapping[str, str] | None = None
        ) -> RunningPhone:
            nonlocal count
            count += 1
            place = root or tmp_path / f"phone {count}"
            return stack.enter_context(simulator.start(place, faults=faults, properties=properties))

        yield started


@pytest.fixture
def connect(key: Key) -> Iterator[Connect]:
    """Connect to phones; the connections end with the test."""
    with ExitStack() as stack:

        def made(phone: RunningPhone, features: tuple[str, ...] = FEATURES) -> Client:
            return stack.enter_context(connected(phone.address, key, features=features))

        yield made

"""One phone of each kind for all tests; each test has a folder of its own on it."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from sideload.transports._adb.connection import AdbConnection
from tests.devices.conformance.subjects import KINDS, Kind, Subject

_NUMBERS: Final = itertools.count()


@pytest.fixture(scope="session", params=list(KINDS.values()), ids=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each kind of phone."""
    found: Kind = request.param
    return found


@pytest.fixture(scope="session")
def subject(kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """A phone in good health."""
    with kind.start(tmp_path_factory.mktemp("conformance") / "phone") as running:
        yield running


@pytest.fixture
def connection(subject: Subject) -> Iterator[AdbConnection]:
    """Our engine, connected to it."""
    with closing(subject.connect()) as opened:
        yield opened


@pytest.fixture
def folder(subject: Subject) -> str:
    """An empty folder on the phone."""
    remote = f"{subject.tmp}/{next(_NUMBERS)}"
    subject.on_host(remote).mkdir()
    return remote


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """An empty folder on this machine."""
    made = tmp_path / "here"
    made.mkdir()
    return made

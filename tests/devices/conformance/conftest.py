"""One phone of each kind for all tests; each test has a folder of its own on it."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from sideload.transports._adb.connection import AdbConnection
from tests import toybox
from tests.devices.conformance.served import Served
from tests.devices.conformance.subjects import DIRECT, Kind, Real, Subject
from tests.transports.server.native import unnamed_server

KINDS: Final[Mapping[str, Kind]] = {
    **DIRECT,
    "simulated-by-server": Served(inner=DIRECT["simulated"]),
    "real-by-server": Served(inner=DIRECT["real"]),
}
_NUMBERS: Final = itertools.count()


@pytest.fixture(scope="session", params=list(KINDS))
def kind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kind]:
    """Each kind of phone, with the server and the programs that it needs."""
    found = KINDS[request.param]
    if isinstance(found, Real) and found.has_toybox:
        found = replace(found, programs=toybox.install(tmp_path_factory.mktemp("programs")))
    if not isinstance(found, Served):
        yield found
        return
    with unnamed_server(tmp_path_factory.mktemp("server")) as server:
        server.start()
        yield replace(found, server=server)


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

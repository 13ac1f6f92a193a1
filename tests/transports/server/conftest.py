"""Adb servers of the tests' own, and phones that they have."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.simulated import RunningPhone
from sideload.transports import Connection
from tests.transports.server.native import NativeServer, native_server

SERVER = transports.get("adb_server")


@pytest.fixture(scope="package", autouse=True)
def _away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Simulated phones of this user are none of these tests' business."""
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NativeServer]:
    """A native server that runs."""
    with native_server(tmp_path_factory.mktemp("server")) as made:
        made.start()
        yield made


@pytest.fixture(scope="module")
def phone(server: NativeServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    """A phone that the server has."""
    with simulated.get("android").start(tmp_path_factory.mktemp("phone") / "root") as running:
        assert "connected to" in server.adb("connect", running.address)
        yield running


@pytest.fixture
def connection(phone: RunningPhone) -> Iterator[Connection]:
    """A connection to it through the server."""
    with closing(SERVER.connect(phone.address, timeout_s=20.0)) as one:
        yield one


def on_host(phone: RunningPhone, remote: str) -> Path:
    """Where this machine keeps a file of the phone."""
    return phone.root / remote.lstrip("/")


def random_file(path: Path, size_bytes: int) -> Path:
    """A file that does not compress."""
    path.write_bytes(os.urandom(size_bytes))
    return path

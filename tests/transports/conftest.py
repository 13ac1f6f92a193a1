"""Phones to talk to, and ends of a connection that do not behave."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from sideload import simulated
from sideload.simulated import RunningPhone
from sideload.transports._adb import connecting
from sideload.transports._adb.address import parse
from sideload.transports._adb.connection import AdbConnection

TIMEOUT_S = 20.0
ROOT = "/data/local/tmp"


@pytest.fixture(scope="session")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    with simulated.get("android").start(tmp_path_factory.mktemp("adb") / "phone") as running:
        yield running


@pytest.fixture(scope="session")
def old_phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    root = tmp_path_factory.mktemp("adb") / "old"
    with simulated.get("android").start(root, faults=["old-protocol"]) as running:
        yield running


@pytest.fixture
def connection(phone: RunningPhone) -> Iterator[AdbConnection]:
    with opened(phone) as one:
        yield one


@pytest.fixture
def old_connection(old_phone: RunningPhone) -> Iterator[AdbConnection]:
    with opened(old_phone) as one:
        yield one


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[Callable[..., RunningPhone]]:
    """Starts a phone with the faults given."""
    with ExitStack() as stack:

        def start(*faults: str) -> RunningPhone:
            root = tmp_path / "faulty"
            return stack.enter_context(simulated.get("android").start(root, faults=faults))

        yield start


@contextmanager
def opened(phone: RunningPhone, timeout_s: float = TIMEOUT_S) -> Iterator[AdbConnection]:
    with closing(connecting.connected(parse(phone.address), timeout_s)) as one:
        yield one


def on_host(phone: RunningPhone, remote: str) -> Path:
    """Where this machine keeps a file of the phone."""
    return phone.root / remote.lstrip("/")


def random_file(path: Path, size_bytes: int) -> Path:
    path.write_bytes(os.urandom(size_bytes))
    return path


@contextmanager
def scripted(*answers: bytes) -> Iterator[str]:
    """Something that listens, says each answer after having heard something, and waits."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as one:
            for answer in answers:
                one.recv(1 << 16)
                one.sendall(answer)
            over.wait(TIMEOUT_S)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join(TIMEOUT_S)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port

"""A phone, and files to store on it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.host import files
from sideload.simulated import RunningPhone
from sideload.transports import Connection
from sideload.values import PayloadFile

ROOT = "/data/local/tmp/it's a store"
LARGE_BYTES = 20_000_000


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    with simulated.get("android").start(tmp_path_factory.mktemp("objects") / "phone") as running:
        yield running


@pytest.fixture
def connection(phone: RunningPhone) -> Iterator[Connection]:
    shutil.rmtree(on_host(phone), ignore_errors=True)
    with opened(phone) as one:
        yield one


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[Callable[..., RunningPhone]]:
    with ExitStack() as stack:

        def start(*faults: str) -> RunningPhone:
            simulator = simulated.get("android")
            return stack.enter_context(simulator.start(tmp_path / "faulty", faults=faults))

        yield start


@contextmanager
def opened(phone: RunningPhone) -> Iterator[Connection]:
    with closing(transports.get("adb").connect(phone.address, timeout_s=10)) as one:
        yield one


def on_host(phone: RunningPhone) -> Path:
    return phone.root / ROOT.lstrip("/")


def made(folder: Path, name: str, content: bytes, *, executable: bool = False) -> PayloadFile:
    path = folder / f"{len(list(folder.iterdir()))}"
    path.write_bytes(content)
    return PayloadFile(name=name, file=files.ref(path), executable=executable)


@pytest.fixture
def payload(tmp_path: Path) -> list[PayloadFile]:
    folder = tmp_path / "payload"
    folder.mkdir()
    return [
        made(folder, "runner", b"#!/bin/sh\ncat model.pte\n", executable=True),
        made(folder, "model.pte", b"the model"),
        made(folder, "wéird 'name' $(x)", os.urandom(100_000)),
        made(folder, "large.bin", os.urandom(LARGE_BYTES)),
    ]


def total(payload: list[PayloadFile]) -> int:
    return sum(file.file.size_bytes for file in payload)

"""Real adb clients against the simulated phone, with a server and keys of their own."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import adbutils
import pytest

from sideload import simulated
from sideload.simulated import RunningPhone, Simulator
from tests.requires import require

TIMEOUT_S: Final = 60


@dataclass(frozen=True, kw_only=True)
class NativeAdb:
    """Google's own adb, with a server of its own on `port` and its keys in `home`."""

    program: str
    port: int
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """What keeps it away from the user's server and keys."""
        return {
            **os.environ,
            "ANDROID_ADB_SERVER_PORT": str(self.port),
            "HOME": str(self.home),
            # The phones, emulators and neighbours of whoever runs the tests are left alone; and a
            # server that looks for phones on USB and finds no bus is ready only after 3 s.
            "ADB_USB": "0",
            "ADB_EMU": "0",
            "ADB_MDNS": "0",
        }

    def __call__(
        self, *arguments: str | Path, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self.program, *arguments],
            input=stdin,
            capture_output=True,
            env=self.environment,
            timeout=TIMEOUT_S,
            check=False,
        )

    def on(self, phone: RunningPhone) -> "OnPhone":
        """The same, for one phone that is connected."""
        return OnPhone(adb=self, serial=phone.address)


@dataclass(frozen=True, kw_only=True)
class OnPhone:
    """Native adb, with `-s` for one phone."""

    adb: NativeAdb
    serial: str

    def __call__(
        self, *arguments: str | Path, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        return self.adb("-s", self.serial, *arguments, stdin=stdin)

    def shell(self, command: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command on the phone."""
        return self("shell", command, stdin=stdin)


@pytest.fixture(scope="package")
def adb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NativeAdb]:
    """Native adb; its server ends with the tests."""
    program = adbutils.adb_path()
    require(shutil.which(program) is not None, "no native adb: pip install adbutils")
    home = tmp_path_factory.mktemp("adb")
    native = NativeAdb(program=program, port=_free_port(), home=home)
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        variables.setenv("HOME", str(home))
        variables.setenv("ANDROID_ADB_SERVER_PORT", str(native.port))
        try:
            yield native
        finally:
            native("kill-server")


@pytest.fixture(scope="session")
def simulator() -> Simulator:
    return simulated.get("android")


@pytest.fixture(scope="module")
def phone(
    adb: NativeAdb, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningPhone]:
    """A phone that native adb is connected to."""
    with connected(adb, simulator, tmp_path_factory.mktemp("phone")) as running:
        yield running


@pytest.fixture(scope="module")
def native(adb: NativeAdb, phone: RunningPhone) -> OnPhone:
    """Native adb for `phone`."""
    return adb.on(phone)


@contextmanager
def connected(
    adb: NativeAdb, simulator: Simulator, root: Path, faults: Sequence[str] = ()
) -> Iterator[RunningPhone]:
    """A phone that native adb is connected to for as long as the block runs."""
    with simulator.start(root, faults=faults) as running:
        answer = adb("connect", running.address)
        assert answer.stdout == f"connected to {running.address}\n".encode()
        try:
            yield running
        finally:
            adb("disconnect", running.address)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port

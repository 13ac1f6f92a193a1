"""A native adb server that nobody else uses: private port, keys and folders."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import adbutils
import pytest

from tests.requires import require

USUAL_PORT: Final = 5037
WITHIN_S: Final = 30.0


@dataclass(kw_only=True)
class NativeServer:
    """`sdk` is a folder for `ANDROID_HOME` with nothing but adb in it."""

    port: int
    sdk: Path
    home: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def program(self) -> Path:
        """The native client."""
        return self.sdk / "platform-tools" / "adb"

    @property
    def variables(self) -> Mapping[str, str]:
        """What leads both clients here, and away from everything else on this machine."""
        return {
            "SIDELOAD_ADB_SERVER": "on",
            "ANDROID_ADB_SERVER_PORT": str(self.port),
            "ANDROID_HOME": str(self.sdk),
            "HOME": str(self.home),
            # The phones, emulators and neighbours of whoever runs the tests are left alone; and a
            # server that looks for phones on USB and finds no bus is ready only after 3 s.
            "ADB_USB": "0",
            "ADB_EMU": "0",
            "ADB_MDNS": "0",
        }

    def adb(self, *words: str | Path) -> str:
        """What the native client says."""
        done = subprocess.run(
            [self.program, *words],
            env={**os.environ, **self.variables},
            capture_output=True,
            timeout=WITHIN_S,
            check=False,
        )
        return (done.stdout + done.stderr).decode()

    def start(self) -> None:
        """Start it as a child, so that it can be killed by its number."""
        self.process = subprocess.Popen(
            [self.program, "nodaemon", "server"],
            env={**os.environ, **self.variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline_s = time.monotonic() + WITHIN_S
        while not self.listens():
            assert time.monotonic() < deadline_s
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill the child that was started, as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(WITHIN_S)

    def listens(self) -> bool:
        """Does any server listen?"""
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self) -> None:
        """End whichever server listens by now."""
        if self.listens():
            self.adb("kill-server")
        if self.process is not None:
            self.process.kill()
            self.process.wait(WITHIN_S)


@contextmanager
def native_server(folder: Path) -> Iterator[NativeServer]:
    """A server that is not started yet, and whose variables hold for the block."""
    with unnamed_server(folder) as server, pytest.MonkeyPatch.context() as variables:
        for name, value in server.variables.items():
            variables.setenv(name, value)
        yield server


@contextmanager
def unnamed_server(folder: Path) -> Iterator[NativeServer]:
    """A server that is not started yet, and that this process does not know by its variables."""
    require(shutil.which(adbutils.adb_path()) is not None, "no native adb: pip install adbutils")
    tools = folder / "sdk" / "platform-tools"
    tools.mkdir(parents=True)
    (tools / "adb").symlink_to(adbutils.adb_path())
    home = folder / "home"
    home.mkdir()
    server = NativeServer(port=free_port(), sdk=folder / "sdk", home=home)
    assert server.port != USUAL_PORT
    try:
        yield server
    finally:
        server.end()


def free_port() -> int:
    """A port of this machine that nothing listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port

"""The native adb client that comes in the adbutils wheel, with a server of its own."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import adbutils

TIMEOUT_S: Final = 120


class NativeAdb:
    """Commands to one device, through a server on `port` that nobody else uses."""

    def __init__(self, address: str, port: int, home: Path) -> None:
        self.port = port
        self._address = address
        self._environment = {
            **os.environ,
            "ANDROID_ADB_SERVER_PORT": str(port),
            "HOME": str(home),
            # A server that looks for phones on USB and finds no bus is ready only after 3 s.
            "ADB_USB": "0",
            "ADB_EMU": "0",
            "ADB_MDNS": "0",
        }

    def run(self, *words: str) -> None:
        """Run the client, which must succeed."""
        subprocess.run(
            [adbutils.adb_path(), *words],
            env=self._environment,
            check=True,
            capture_output=True,
            timeout=TIMEOUT_S,
        )

    def run_on(self, *words: str) -> None:
        """Run the client for the device."""
        self.run("-s", self._address, *words)

    def push(self, local: Path, remote: str) -> None:
        """Push a file or a folder, uncompressed."""
        self.run_on("push", "-Z", str(local), remote)

    def pull(self, remote: str, local: Path) -> None:
        """Pull a file, uncompressed."""
        self.run_on("pull", "-Z", remote, str(local))


@contextmanager
def connected(address: str, home: Path) -> Iterator[NativeAdb]:
    """A server that has the device at `address`, ended with the block."""
    home.mkdir(parents=True, exist_ok=True)
    adb = NativeAdb(address, _free_port(), home)
    adb.run("start-server")
    try:
        adb.run("connect", address)
        adb.run_on("wait-for-device")
        yield adb
    finally:
        adb.run("kill-server")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port

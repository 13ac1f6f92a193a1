"""Where the adb server listens, by the variables that the native client obeys too."""

import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from sideload.errors import UsageError

# Ours: `off` where no server shall be asked or started.
SWITCH: Final = "SIDELOAD_ADB_SERVER"
SOCKET: Final = "ADB_SERVER_SOCKET"
HOST: Final = "ANDROID_ADB_SERVER_ADDRESS"
PORT: Final = "ANDROID_ADB_SERVER_PORT"

_HOST: Final = "127.0.0.1"
_PORT: Final = "5037"
_MOST_PORT: Final = 65535
_CONNECT_S: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A TCP address, or the path of a local socket; `port` is then 0."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def is_here(self) -> bool:
        """Would a server there run on this machine?"""
        if not self.port or self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def connect(self) -> socket.socket:
        """A connection to the server.

        Raises:
            OSError: Nothing listens there, or nothing answers.
        """
        if self.port:
            opened = socket.create_connection((self.host, self.port), _CONNECT_S)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return opened
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            opened.settimeout(_CONNECT_S)
            opened.connect(self.host)
        except BaseException:
            opened.close()
            raise
        return opened


def place() -> Place | None:
    """Where the server is; None where the user wants none.

    Raises:
        UsageError: A variable is not what it should be.
    """
    switch = os.environ.get(SWITCH, "")
    if switch == "off":
        return None
    if switch not in {"", "on"}:
        raise UsageError(f"{SWITCH} is {switch!r}, not on or off", remedy=f"unset {SWITCH}")
    text = os.environ.get(SOCKET, "")
    if text:
        return _from_socket(text)
    return Place(
        host=os.environ.get(HOST, "") or _HOST,
        port=_port(os.environ.get(PORT, "") or _PORT, PORT),
    )


def _from_socket(text: str) -> Place:
    kind, _, rest = text.partition(":")
    if kind == "localfilesystem" and rest:
        return Place(host=rest, port=0)
    if kind == "localabstract" and rest:
        return Place(host=f"\0{rest}", port=0)
    if kind != "tcp":
        raise UsageError(
            f"{SOCKET} is {text!r}, which names no socket", remedy=f"export {SOCKET}=tcp:HOST:PORT"
        )
    host, _, port = rest.rpartition(":")
    return Place(host=host.removeprefix("[").removesuffix("]") or _HOST, port=_port(port, SOCKET))


def _port(text: str, variable: str) -> int:
    is_number = text.isascii() and text.isdigit()
    if not is_number or not 0 < int(text) <= _MOST_PORT:
        raise UsageError(f"{variable} has no port: {text!r}", remedy=f"unset {variable}")
    return int(text)

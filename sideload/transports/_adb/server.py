"""Ask an adb server that runs on this machine which devices it has; never start or end one."""

import os
import socket
from typing import Final

from sideload.errors import ProtocolError
from sideload.protocols.adb.text import printable
from sideload.values import Device

_PORT_VARIABLE: Final = "ANDROID_ADB_SERVER_PORT"
_PORT: Final = 5037
_TIMEOUT_S: Final = 2.0
_REQUEST: Final = b"host:devices-l"
_LENGTH: Final = 4
_REMEDY: Final = "adb kill-server, or set ANDROID_ADB_SERVER_PORT to the port of an adb server"


def devices() -> tuple[Device, ...]:
    """The devices of the server, none where no server listens.

    Raises:
        ProtocolError: Something else than an adb server listens there.
    """
    port = os.environ.get(_PORT_VARIABLE, "")
    try:
        answer = _asked(int(port) if port.isdigit() else _PORT)
    except (ConnectionError, TimeoutError):
        return ()
    except (OSError, ValueError) as error:
        raise ProtocolError(f"this is no adb server: {error}", remedy=_REMEDY) from error
    return tuple(_device(line.split()) for line in printable_lines(answer))


def printable_lines(answer: bytes) -> list[str]:
    """The lines of an answer, each fit for a terminal."""
    return [printable(line) for line in answer.splitlines() if len(line.split()) > 1]


def _asked(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), _TIMEOUT_S) as connection:
        connection.sendall(b"%04x%s" % (len(_REQUEST), _REQUEST))
        if _exactly(connection, _LENGTH) != b"OKAY":
            raise ValueError("it does not know host:devices-l")
        return _exactly(connection, int(_exactly(connection, _LENGTH), 16))


def _exactly(connection: socket.socket, size_bytes: int) -> bytes:
    data = b""
    while len(data) < size_bytes:
        piece = connection.recv(size_bytes - len(data))
        if not piece:
            raise ValueError("it hung up")
        data += piece
    return data


def _device(words: list[str]) -> Device:
    serial, state, *rest = words
    facts = dict(word.split(":", 1) for word in rest if ":" in word)
    return Device(
        serial=serial,
        transport="adb",
        simulated=False,
        model=facts.get("model", "unknown").replace("_", " "),
        system="unknown",
        abi="unknown",
        state=state,
        facts=facts,
    )

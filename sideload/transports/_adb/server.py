"""Ask an adb server that runs on this machine which devices it has; never start or end one."""

import os
import socket
from typing import Final

from sideload.host import console
from sideload.protocols.adb.text import printable
from sideload.values import Device

_PORT_VARIABLE: Final = "ANDROID_ADB_SERVER_PORT"
_PORT: Final = 5037
_TIMEOUT_S: Final = 2.0
_REQUEST: Final = b"host:devices-l"
_LENGTH: Final = 4


def devices() -> tuple[Device, ...]:
    """The devices of the server; none where no server listens, or something else does."""
    text = os.environ.get(_PORT_VARIABLE, "")
    port = int(text) if text.isascii() and text.isdigit() else _PORT
    try:
        with socket.create_connection(("127.0.0.1", port), _TIMEOUT_S) as connection:
            answer = _asked(connection)
    except (ConnectionRefusedError, OverflowError):
        return ()
    except (OSError, ValueError) as error:
        console.warn(f"what listens on port {port} is no adb server: {error}")
        return ()
    lines = (printable(line).split() for line in answer.splitlines())
    return tuple(_device(*words) for words in lines if len(words) > 1)


def _asked(connection: socket.socket) -> bytes:
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


def _device(serial: str, state: str, *rest: str) -> Device:
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

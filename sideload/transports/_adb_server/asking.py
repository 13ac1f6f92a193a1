"""Ask an adb server one thing on one connection."""

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Final

from sideload.errors import DeviceGoneError, ProtocolError
from sideload.host import clock
from sideload.protocols.adb import server
from sideload.transports._adb_server.place import Place

# A server answers at once, from memory; one that does not is no help.
ANSWER_S: Final = 5.0
RESTART: Final = "adb start-server, then run the command again"


class AbsentError(Exception):
    """Nothing listens where the server should be."""


class FailError(Exception):
    """The server said `FAIL`; the text is its reason."""


@contextlib.contextmanager
def opened(place: Place) -> Iterator[socket.socket]:
    """A connection to the server; closed at the end of the block.

    Raises:
        AbsentError: Nothing listens there.
        DeviceGoneError: Something does, and does not take the connection.
    """
    with connect(place) as connection:
        yield connection


def connect(place: Place) -> socket.socket:
    """A connection to the server, which the caller closes.

    Raises:
        AbsentError: Nothing listens there.
        DeviceGoneError: Something does, and does not take the connection.
    """
    try:
        return place.connect()
    except (ConnectionRefusedError, FileNotFoundError) as error:
        raise AbsentError(str(place)) from error
    except OSError as error:
        raise broken(place, error) from error


def text(place: Place, question: str) -> bytes:
    """The server's answer to a question that is answered with text.

    Raises:
        AbsentError: Nothing listens there.
        FailError: It refused.
        ProtocolError: What listens there is no adb server.
        DeviceGoneError: It hung up, or is silent.
    """
    with opened(place) as connection, explained(place):
        request(connection, question, ANSWER_S)
        return sized(connection, ANSWER_S)


def request(connection: socket.socket, question: str, timeout_s: float) -> None:
    """Ask, and read whether it was granted.

    Raises:
        FailError: It was not.
        ProtocolError: What listens there is no adb server.
        EOFError: It hung up.
        OSError: The connection broke, or nothing came in time.
    """
    connection.settimeout(timeout_s)
    connection.sendall(server.question(question))
    answer = exactly(connection, server.WORD, timeout_s)
    if answer == server.FAIL:
        raise FailError(sized(connection, timeout_s).decode("utf-8", "replace"))
    if answer != server.OKAY:
        raise ProtocolError(f"an adb server says no {answer!r}", remedy=server.REMEDY)


def sized(connection: socket.socket, timeout_s: float) -> bytes:
    """Text with its length before it; raises as `request`."""
    size_bytes = server.length(exactly(connection, server.WORD, timeout_s))
    return exactly(connection, size_bytes, timeout_s)


def exactly(connection: socket.socket, size_bytes: int, timeout_s: float) -> bytes:
    """So many bytes, all of them within `timeout_s`; raises as `request`."""
    deadline_s = clock.monotonic_s() + timeout_s
    data = b""
    while len(data) < size_bytes:
        connection.settimeout(max(0.001, deadline_s - clock.monotonic_s()))
        piece = connection.recv(size_bytes - len(data))
        if not piece:
            raise EOFError("it hung up")
        data += piece
    return data


@contextlib.contextmanager
def explained(place: Place) -> Iterator[None]:
    """Turn what a broken connection raises inside into a sentence about the server."""
    try:
        yield
    except (OSError, EOFError) as error:
        raise broken(place, error) from error


def broken(place: Place, error: OSError | EOFError) -> DeviceGoneError:
    """The error for a connection to the server that is of no use."""
    number = error.errno if isinstance(error, OSError) else None
    reason = os.strerror(number) if number else str(error)
    return DeviceGoneError(f"the adb server at {place} does not answer: {reason}", remedy=RESTART)

"""See which services are opened on a phone, from between the two."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sideload.protocols.adb import packets

_PIECE_BYTES: Final = 1 << 18


@contextmanager
def sniffed(address: str) -> Iterator[tuple[str, list[str]]]:
    """Another address of the phone, and the names of the services that are opened through it."""
    host, _, port = address.rpartition(":")
    opened: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near = listener.accept()[0]
                    far = socket.create_connection((host, int(port)))
                    threading.Thread(target=_listen, args=(near, far, opened), daemon=True).start()
                    threading.Thread(target=_carry, args=(far, near), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", opened


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE_BYTES):
            sink.sendall(piece)
    _end(source, sink)


def _listen(source: socket.socket, sink: socket.socket, opened: list[str]) -> None:
    """Carry whole packets, and look at those that open something."""
    with suppress(OSError), source.makefile("rb") as reader:
        while len(head := reader.read(packets.HEADER_SIZE)) == packets.HEADER_SIZE:
            header = packets.parse_header(memoryview(head))
            payload = reader.read(header.size)
            if header.command == packets.OPEN:
                opened.append(payload.rstrip(b"\0").decode("utf-8", "replace"))
            sink.sendall(head + payload)
    _end(source, sink)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)

"""See what goes from a host to a phone, from between the two."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

from sideload.protocols.adb import packets

_PIECE_BYTES: Final = 1 << 18
_ENDS_WITHIN_S: Final = 10.0


class Counter:
    """Bytes from the host to the phone."""

    def __init__(self) -> None:
        self.bytes = 0

    def feed(self, piece: bytes) -> None:
        """Some more."""
        self.bytes += len(piece)


class Services:
    """The names of the services that one connection opens."""

    def __init__(self, opened: list[str]) -> None:
        self._opened = opened
        self._held = bytearray()

    def feed(self, piece: bytes) -> None:
        """Look at each whole packet."""
        self._held += piece
        while len(self._held) >= packets.HEADER_SIZE:
            header = packets.parse_header(memoryview(bytes(self._held[: packets.HEADER_SIZE])))
            end = packets.HEADER_SIZE + header.size
            if len(self._held) < end:
                return
            if header.command == packets.OPEN:
                name = bytes(self._held[packets.HEADER_SIZE : end]).rstrip(b"\0")
                self._opened.append(name.decode("utf-8", "replace"))
            del self._held[:end]


@contextmanager
def counted(address: str) -> Iterator[tuple[str, Counter]]:
    """Another address of the phone, and how much has been sent there."""
    counter = Counter()
    with between(address, lambda: counter.feed) as through:
        yield through, counter


@contextmanager
def sniffed(address: str) -> Iterator[tuple[str, list[str]]]:
    """Another address of the phone, and the services that have been opened there."""
    opened: list[str] = []
    with between(address, lambda: Services(opened).feed) as through:
        yield through, opened


@contextmanager
def between(address: str, ear: Callable[[], Callable[[bytes], None]]) -> Iterator[str]:
    """Another address of the phone; each connection has an `ear`, which hears what goes there."""
    host, _, port = address.rpartition(":")
    with ExitStack() as stack, socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near = stack.enter_context(listener.accept()[0])
                    far = stack.enter_context(socket.create_connection((host, int(port))))
                    for end in (near, far):
                        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    _start(stack, near, far, ear())
                    _start(stack, far, near, _deaf)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(_ENDS_WITHIN_S)


def _start(
    stack: ExitStack, source: socket.socket, sink: socket.socket, hear: Callable[[bytes], None]
) -> None:
    thread = threading.Thread(target=_carry, args=(source, sink, hear))
    thread.start()
    stack.callback(thread.join, _ENDS_WITHIN_S)
    stack.callback(_end, source, sink)


def _carry(source: socket.socket, sink: socket.socket, hear: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE_BYTES):
            hear(piece)
            sink.sendall(piece)
    _end(source, sink)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _deaf(piece: bytes) -> None:
    del piece

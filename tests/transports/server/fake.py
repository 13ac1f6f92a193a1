"""A server that says what it is told to say, and remembers what it was asked."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

WITHIN_S = 20.0


class FakeServer:
    """`answers` has, by question, what is sent back; several in a row are sent one by one.

    `version` is what it says to `host:version`, in hexadecimal.
    """

    def __init__(self, answers: Mapping[str, bytes], version: str = "0029") -> None:
        self.asked: list[str] = []
        self._answers = {"host:version": b"OKAY" + sized(version.encode()), **answers}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._open: list[socket.socket] = []

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(WITHIN_S)
        for one in self._open:
            one.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                one, _ = self._listener.accept()
                self._open.append(one)
                one.settimeout(WITHIN_S)
                threading.Thread(target=self._answer, args=(one,), daemon=True).start()

    def _answer(self, one: socket.socket) -> None:
        with suppress(OSError, ValueError):
            while head := one.recv(4, socket.MSG_WAITALL):
                question = one.recv(int(head, 16), socket.MSG_WAITALL).decode()
                self.asked.append(question)
                one.sendall(self._answers.get(question, b"FAIL" + sized(b"unknown host service")))


def sized(text: bytes) -> bytes:
    return b"%04x" % len(text) + text


def okay(text: bytes) -> bytes:
    return b"OKAY" + sized(text)


@contextmanager
def fake_server(answers: Mapping[str, bytes], version: str = "0029") -> Iterator[FakeServer]:
    server = FakeServer(answers, version)
    server.start()
    try:
        yield server
    finally:
        server.end()

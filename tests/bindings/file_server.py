"""A server of one file, that behaves as the first folder of the address is called."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Final, NamedTuple

# How much comes in one connection where the server breaks off.
PIECE: Final = 100_000


class Asked(NamedTuple):
    """One request: its path, where the answer shall begin, and what it carried to prove itself."""

    path: str
    start: int
    secret: str


class FileServer(ThreadingHTTPServer):
    """Answers on a free port of the loopback; `asked` are the requests in order."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.asked: list[Asked] = []
        self.counts: Counter[str] = Counter()
        self.lock = Lock()
        # Where another host is asked for: the same server under its other name.
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.other = f"http://localhost:{self.server_port}"

    def starts(self, folder: str) -> list[int]:
        """Where each of the answers from that folder began."""
        return [one.start for one in self.asked if one.path.startswith(f"/{folder}/")]


class _Handler(BaseHTTPRequestHandler):
    server: FileServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = self.path.split("/")[1]
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(found[1]) if found else 0
        with self.server.lock:
            secret = self.headers.get("Authorization", "")
            self.server.asked.append(Asked(self.path, start, secret))
            self.server.counts[name] += 1
        answer = getattr(self, f"_{name}", self._whole)
        answer(start)

    def log_message(self, *_: object) -> None:
        """The tests tell what was asked."""

    def _whole(self, start: int) -> None:
        self._send(self.server.content, start)

    def _breaks(self, start: int) -> None:
        self._send(self.server.content, start, at_most=PIECE)

    def _whole_only(self, _: int) -> None:
        first = self.server.counts["whole_only"] == 1
        self._send(self.server.content, 0, at_most=PIECE if first else None)

    def _another(self, start: int) -> None:
        self._send(bytes(len(self.server.content)), start)

    def _older(self, start: int) -> None:
        self._send(self.server.content[:-1], start)

    def _crooked(self, start: int) -> None:
        # Another part than was asked for.
        self._send(self.server.content, max(start - 1, 0))

    def _busy(self, start: int) -> None:
        if self.server.counts["busy"] < 3:
            self._refuse(503)
        else:
            self._whole(start)

    def _gone(self, _: int) -> None:
        self._refuse(404)

    def _down(self, _: int) -> None:
        self._refuse(500)

    def _silent(self, _: int) -> None:
        self.close_connection = True
        self.rfile.read(1)  # until the other side has had enough of it

    def _moved(self, _: int) -> None:
        self._lead(f"{self.server.other}/elsewhere/large.onnx")

    def _round(self, _: int) -> None:
        self._lead("../round/large.onnx")

    def _nowhere(self, _: int) -> None:
        self._lead("ftp://example.com/large.onnx")

    def _lead(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _refuse(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, content: bytes, start: int, at_most: int | None = None) -> None:
        if start and start >= len(content):
            self._refuse(416)
            return
        self.send_response(206 if start else 200)
        if start:
            size = len(content)
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:][:at_most])
        self.close_connection = at_most is not None


@contextmanager
def serving(content: bytes) -> Iterator[FileServer]:
    """A server of `content` for as long as it is needed."""
    with FileServer(content) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

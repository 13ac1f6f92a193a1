"""A slow network between this machine and itself: a TCP proxy with a rate and a delay.

    with link(phone.address, bytes_per_s=50e6, round_trip_s=0.02) as address:
        connection = transports.get("adb").connect(address)

It is a process of its own, so that it takes no time from whoever is measured. All connections
through it share its rate, as those over one cable do; each direction has the whole of it.
"""

import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

# A router's queue, beside what is on its way: small enough that a sender feels the rate soon.
_QUEUE_BYTES: Final = 512 << 10
_PIECE_BYTES: Final = 16 << 10
_ENDS_WITHIN_S: Final = 10.0


@contextmanager
def link(address: str, *, bytes_per_s: float, round_trip_s: float) -> Iterator[str]:
    """The address at which `address` is reached more slowly, for as long as the block runs."""
    words = [sys.executable, "-m", __name__, address, str(bytes_per_s), str(round_trip_s / 2)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as proxy:
        try:
            assert proxy.stdout is not None
            yield f"127.0.0.1:{int(proxy.stdout.readline())}"
        finally:
            proxy.kill()
            proxy.wait(_ENDS_WITHIN_S)


class _Direction:
    """One way of the link: when the next byte may leave it is the same for all connections."""

    def __init__(self, bytes_per_s: float, delay_s: float) -> None:
        self._bytes_per_s = bytes_per_s
        self.delay_s = delay_s
        self.room_bytes = _QUEUE_BYTES + int(bytes_per_s * delay_s)
        self._lock = threading.Lock()
        self._free_s = 0.0

    def arrives_s(self, size_bytes: int) -> float:
        """When so many bytes that enter now come out at the other end."""
        with self._lock:
            start_s = max(self._free_s, time.perf_counter())
            self._free_s = start_s + size_bytes / self._bytes_per_s
            return self._free_s + self.delay_s


class _Pipe:
    """What one connection has on its way in one direction."""

    def __init__(self, source: socket.socket, sink: socket.socket, direction: _Direction) -> None:
        self._source, self._sink = source, sink
        self._direction = direction
        self._way: deque[tuple[float, bytes]] = deque()
        self._held_bytes = 0
        self._changed = threading.Condition()

    def fill(self) -> None:
        """Take what the source says until it ends."""
        piece = b" "
        while piece:
            with self._changed:
                self._changed.wait_for(lambda: self._held_bytes < self._direction.room_bytes)
            try:
                piece = self._source.recv(_PIECE_BYTES)
            except OSError:
                piece = b""
            arrives_s = self._direction.arrives_s(len(piece))
            with self._changed:
                self._way.append((arrives_s, piece))
                self._held_bytes += len(piece)
                self._changed.notify_all()

    def drain(self) -> None:
        """Hand over each piece when its time has come."""
        with suppress(OSError):
            while piece := self._next():
                self._sink.sendall(piece)
            self._sink.shutdown(socket.SHUT_WR)
            return
        # The one that reads no more is not read from either.
        for end in (self._source, self._sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _next(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._way))
            arrives_s, piece = self._way[0]
        time.sleep(max(0.0, arrives_s - time.perf_counter()))
        with self._changed:
            self._way.popleft()
            self._held_bytes -= len(piece)
            self._changed.notify_all()
        return piece


def main(address: str, bytes_per_s: float, delay_s: float) -> None:
    """Listen, say where, and connect whoever comes with `address`, until killed."""
    host, _, port = address.rpartition(":")
    there, back = _Direction(bytes_per_s, delay_s), _Direction(bytes_per_s, delay_s)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            near, _ = listener.accept()
            far = socket.create_connection((host, int(port)))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for pipe in (_Pipe(near, far, there), _Pipe(far, near, back)):
                threading.Thread(target=pipe.fill, daemon=True).start()
                threading.Thread(target=pipe.drain, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))

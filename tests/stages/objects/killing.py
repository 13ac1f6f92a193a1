"""Kill a push with SIGKILL at a chosen moment, and count what is sent until it is complete."""

import hashlib
import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload import transports
from sideload.stages._objects import present, store
from sideload.values import PayloadFile

ROOT: Final = "/data/local/tmp/store"
KEY: Final = "killed"
_PIECE_BYTES: Final = 1 << 18


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one kill: whether all is there and right, and what was sent in both runs.

    `wrong` are files under a final name that hold something else, right after the kill.
    """

    complete: bool
    wrong: tuple[str, ...]
    sent_bytes: int


class Counter:
    """Bytes from the host to the phone."""

    def __init__(self) -> None:
        self.bytes = 0


@contextmanager
def counted(address: str) -> Iterator[tuple[str, Counter]]:
    """Another address of the phone, and what has been sent there."""
    host, _, port = address.rpartition(":")
    counter = Counter()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near = listener.accept()[0]
                    far = socket.create_connection((host, int(port)))
                    threading.Thread(target=_carry, args=(near, far, counter), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", counter


def pushed(address: str, payload: Sequence[PayloadFile]) -> None:
    """One push, as a run does it."""
    with closing(transports.get("adb").connect(address, timeout_s=20)) as connection:
        store(connection, root=ROOT, key=KEY, payload=payload)


def killed(address: str, payload: Sequence[PayloadFile], after_s: float) -> bool:
    """Push in a process of its own, and kill that; was it still running?"""
    child = os.fork()
    if not child:
        with suppress(BaseException):
            pushed(address, payload)
        os._exit(0)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def killed_and_resumed(
    address: str, root: Path, payload: Sequence[PayloadFile], after_s: float
) -> Outcome:
    """Kill a push after `after_s` seconds, and run it again; `root` is where the store is here."""
    with counted(address) as (through, counter):
        killed(through, payload, after_s)
        wrong = tuple(wrong_names(root))
        pushed(through, payload)
        with closing(transports.get("adb").connect(address)) as connection:
            is_whole = KEY in present(connection, ROOT, [KEY])
    folder = root / "deployments" / KEY
    is_right = all((folder / f.name).read_bytes() == f.file.path.read_bytes() for f in payload)
    return Outcome(complete=is_whole and is_right, wrong=wrong, sent_bytes=counter.bytes)


def wrong_names(root: Path) -> Iterator[str]:
    """Objects that are not what their name says."""
    for path in (root / "objects").glob("*"):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield path.name


def _carry(near: socket.socket, far: socket.socket, counter: Counter) -> None:
    with near, far, selectors.DefaultSelector() as selector, suppress(OSError):
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(near, selectors.EVENT_READ, far)
        selector.register(far, selectors.EVENT_READ, near)
        while True:
            for key, _ in selector.select():
                source, sink = key.fileobj, key.data
                assert isinstance(source, socket.socket)
                piece = source.recv(_PIECE_BYTES)
                if not piece:
                    return
                counter.bytes += len(piece) if source is near else 0
                sink.sendall(piece)

"""The way to end what goes on with a device, from another thread than the one that is at it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Closable(Protocol):
    """What ends when it is closed, whoever waits for it."""

    def close(self) -> None:
        """Let go."""


class Leave:
    """Once called, whoever is at the device finds the connection closed, now and later."""

    def __init__(self) -> None:
        self._called = threading.Event()
        self._lock = threading.Lock()
        self._open: Closable | None = None

    @property
    def is_called(self) -> bool:
        """Is it over?"""
        return self._called.is_set()

    def call(self) -> None:
        """End it: the connection is closed, and nothing is waited for any more."""
        self._called.set()
        with self._lock:
            if self._open is not None:
                self._open.close()

    def wait(self, seconds: float) -> bool:
        """Pause for so many seconds; True at once where it is over."""
        return self._called.wait(seconds)

    @contextmanager
    def closing(self, connection: Closable) -> Iterator[None]:
        """For as long as the block, `call` closes this connection."""
        with self._lock:
            self._open = connection
            if self.is_called:
                connection.close()
        try:
            yield
        finally:
            with self._lock:
                self._open = None

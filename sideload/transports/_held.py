"""A shell command on this machine that goes on for as long as somebody holds it."""

import contextlib
import os
import selectors
import signal
import subprocess
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from sideload.errors import DeviceGoneError
from sideload.transports._shell import PIECE_BYTES, SHELL

ENDS_WITHIN_S: Final = 2.0


@contextmanager
def held(command: str) -> Iterator["HeldCommand"]:
    """Run `command` in `/`; its input ends with the block, and a little later so does it."""
    child = subprocess.Popen(
        (*SHELL, command),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    if child.stdin is None or child.stdout is None:
        raise AssertionError("both were asked to be pipes")
    try:
        yield HeldCommand(child.stdout)
    finally:
        child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(ENDS_WITHIN_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()


class HeldCommand:
    """Its lines, as they come."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._lines: deque[bytes] = deque()
        self._rest = b""

    def line(self, timeout_s: float) -> bytes | None:
        """The next line, without its end; None where the command ended.

        Raises:
            DeviceGoneError: Nothing came for `timeout_s`.
        """
        while not self._lines and (piece := self._piece(timeout_s)):
            *whole, self._rest = (self._rest + piece).split(b"\n")
            self._lines += whole
        if self._lines:
            return self._lines.popleft()
        last, self._rest = self._rest, b""
        return last or None

    def _piece(self, timeout_s: float) -> bytes:
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            if not selector.select(timeout_s):
                raise DeviceGoneError(f"no word for {timeout_s:g} s", remedy="run it again")
        return os.read(self._output.fileno(), PIECE_BYTES)

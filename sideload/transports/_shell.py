"""A shell command on this machine, with what it prints seen as it comes."""

import contextlib
import os
import selectors
import signal
import subprocess
from collections.abc import Callable
from typing import IO, Final

from sideload.errors import DeviceGoneError
from sideload.transports import Completed

SHELL: Final = ("/bin/sh", "-c")
PIECE_BYTES: Final = 65_536
SIGNAL_BASE: Final = 128


def run(
    command: str,
    *,
    timeout_s: float,
    stdin: bytes = b"",
    on_stdout: Callable[[bytes], None] | None = None,
) -> Completed:
    """Run `command` in `/`, as a phone's shell would; `timeout_s` bounds each silence of it.

    Raises:
        DeviceGoneError: It was silent for longer, and was killed with all its children.
    """
    child = subprocess.Popen(
        (*SHELL, command),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    talk = _Talk(child, stdin, on_stdout)
    try:
        talk.finish(command, timeout_s)
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    finally:
        talk.close()
    code = child.returncode
    return Completed(
        exit_code=code if code >= 0 else SIGNAL_BASE - code,
        stdout=bytes(talk.heard["stdout"]),
        stderr=bytes(talk.heard["stderr"]),
    )


class _Talk:
    """What goes in and what comes out, none of it waiting for the other."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        stdin: bytes,
        on_stdout: Callable[[bytes], None] | None,
    ) -> None:
        self.heard = {"stdout": bytearray(), "stderr": bytearray()}
        self._child = child
        self._unsaid = memoryview(stdin)
        self._on_stdout = on_stdout
        self._selector = selectors.DefaultSelector()
        for pipe, name in ((child.stdout, "stdout"), (child.stderr, "stderr")):
            self._selector.register(_there(pipe), selectors.EVENT_READ, name)
        os.set_blocking(_there(child.stdin).fileno(), False)
        self._selector.register(_there(child.stdin), selectors.EVENT_WRITE, "stdin")

    def finish(self, command: str, timeout_s: float) -> None:
        while self._selector.get_map():
            ready = self._selector.select(timeout_s)
            if not ready:
                raise _silent(command, timeout_s)
            for key, _ in ready:
                self._attend(key)
        try:
            self._child.wait(timeout_s)
        except subprocess.TimeoutExpired as timeout:
            raise _silent(command, timeout_s) from timeout

    def close(self) -> None:
        self._selector.close()
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            with contextlib.suppress(BrokenPipeError):
                _there(pipe).close()

    def _attend(self, key: selectors.SelectorKey) -> None:
        goes_on = self._say(key.fd) if key.data == "stdin" else self._hear(key.fd, key.data)
        if not goes_on:
            self._selector.unregister(key.fileobj)
            if key.data == "stdin":
                _there(self._child.stdin).close()

    def _say(self, descriptor: int) -> bool:
        try:
            said = os.write(descriptor, self._unsaid[:PIECE_BYTES]) if self._unsaid else 0
        except BrokenPipeError:
            # A command need not read all that it is given.
            return False
        self._unsaid = self._unsaid[said:]
        return bool(self._unsaid)

    def _hear(self, descriptor: int, name: str) -> bool:
        piece = os.read(descriptor, PIECE_BYTES)
        self.heard[name] += piece
        if piece and name == "stdout" and self._on_stdout is not None:
            self._on_stdout(piece)
        return bool(piece)


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise AssertionError("every stream of the child was asked to be a pipe")
    return pipe


def _silent(command: str, timeout_s: float) -> DeviceGoneError:
    return DeviceGoneError(
        f"no word for {timeout_s:g} s from: {command[:200]}",
        remedy="run it again; on a busy machine, when it is less so",
    )

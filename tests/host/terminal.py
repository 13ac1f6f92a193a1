"""A real terminal for tests: a child whose stderr is one, and everything that it showed."""

import os
import pty
import select
import subprocess
import sys
from typing import Final

DEADLINE_S: Final = 30.0


def shown(code: str, *, columns: int = 80, environment: dict[str, str] | None = None) -> str:
    """What `code`, run by Python with a terminal as stderr, wrote there; its exit code is 0."""
    ours, theirs = pty.openpty()
    variables = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns), **(environment or {})}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=variables,
    ) as child:
        os.close(theirs)
        seen = _read_all(ours)
    os.close(ours)
    text = seen.decode("utf-8", "backslashreplace")
    assert child.returncode == 0, text
    return text


def _read_all(descriptor: int) -> bytes:
    seen = b""
    while select.select([descriptor], [], [], DEADLINE_S)[0]:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        seen += piece
    return seen

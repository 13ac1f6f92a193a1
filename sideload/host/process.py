"""Programs: argument lists, never a shell, a timeout always, and no orphans after trouble."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, ToolFailedError

DRAIN_S: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class Finished:
    """How a program ended; a negative exit code is the signal that killed it."""

    exit_code: int
    stdout: bytes
    stderr: bytes


def find(name: str) -> Path | None:
    """Where the program `name` is, by PATH."""
    found = shutil.which(name)
    return Path(found) if found else None


def run(
    argv: Sequence[str | Path],
    *,
    timeout_s: float,
    remedy: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    check: bool = True,
) -> Finished:
    """Run a program to its end and collect what it says.

    Args:
        argv: The program, by PATH or by path, and its arguments.
        timeout_s: After so long it is killed with all its children, as it is on an interrupt.
        remedy: What a person may type when it is missing or fails.
        cwd: The folder it starts in.
        env: Variables in addition to this process's own.
        stdin: All that it can read.
        check: Whether an exit code other than 0 is an error.

    Raises:
        MissingToolError: There is no such program.
        ToolFailedError: It could not start, took too long, or (with `check`) said no.
    """
    words = [os.fspath(word) for word in argv]
    child = _start(words, cwd, env, remedy)
    try:
        stdout, stderr = child.communicate(stdin, timeout=timeout_s)
    except subprocess.TimeoutExpired as timeout:
        late = f"no end after {timeout_s:g} s\n{_kill(child)}"
        raise ToolFailedError(words, late, remedy=remedy) from timeout
    except BaseException:
        _kill(child)
        raise
    finished = Finished(exit_code=child.returncode, stdout=stdout, stderr=stderr)
    if check and finished.exit_code != 0:
        raise ToolFailedError(words, complaint(finished), remedy=remedy)
    return finished


def complaint(finished: Finished) -> str:
    """What a program that failed has to say for itself: its errors, or else its output."""
    said = _text(finished.stderr.strip() or finished.stdout.strip())
    if finished.exit_code < 0:
        return f"{said}\nkilled by {signal.Signals(-finished.exit_code).name}".strip()
    return said or f"exit code {finished.exit_code}, without a word"


def _start(
    words: list[str], cwd: Path | None, env: Mapping[str, str] | None, remedy: str
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        if cwd is not None and not cwd.is_dir():
            raise ToolFailedError(words, f"there is no folder {cwd}", remedy=remedy) from error
        raise MissingToolError(f"{words[0]} is not installed", remedy=remedy) from error
    except (OSError, ValueError) as error:
        raise ToolFailedError(words, f"it cannot be started: {error}", remedy=remedy) from error


def _kill(child: subprocess.Popen[bytes]) -> str:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    stdout, stderr = b"", b""
    # A grandchild in a session of its own may still hold the pipes; it is not waited for.
    with contextlib.suppress(subprocess.TimeoutExpired):
        stdout, stderr = child.communicate(timeout=DRAIN_S)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(timeout=DRAIN_S)
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            pipe.close()
    return _text(stderr or stdout)


def _text(said: bytes) -> str:
    return said.decode("utf-8", "backslashreplace")

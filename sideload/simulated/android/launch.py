"""Start a simulated phone in a process of its own, for as long as a block runs.

It ends with the block, and with the process that started it, however that ends.
"""

import json
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final

from sideload import errors
from sideload.errors import SideloadError, ToolFailedError
from sideload.simulated import RunningPhone
from sideload.simulated.android.options import Options, to_json
from sideload.simulated.android.registry import parse

_READY_WITHIN_S: Final = 20.0
_GONE_WITHIN_S: Final = 5.0


@contextmanager
def start(options: Options) -> Iterator[RunningPhone]:
    """A running phone; `Simulator.start` says what is raised."""
    argv = [sys.executable, "-m", "sideload.simulated.android", to_json(options)]
    # In a process group of its own: Ctrl-C is for us, who still need the phone to clean up on it.
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
    ) as process:
        try:
            yield _ready(argv, process)
        finally:
            _end(process)


def _ready(argv: Sequence[str], process: subprocess.Popen[bytes]) -> RunningPhone:
    if process.stdout is None:
        raise AssertionError("asked for above")
    answer = _first_line(process.stdout)
    try:
        return parse(answer)
    except ValueError:
        raise _failure(argv, answer) from None


def _first_line(stdout: IO[bytes]) -> bytes:
    # The line is shorter than a pipe's atomic write, so it is whole once anything can be read.
    readable, _, _ = select.select([stdout], [], [], _READY_WITHIN_S)
    return stdout.readline() if readable else b""


def _failure(argv: Sequence[str], answer: bytes) -> SideloadError:
    """The error that the child could not raise here itself."""
    try:
        fields: dict[str, Any] = json.loads(answer)["error"]
        kind = getattr(errors, fields["type"])
    except (ValueError, KeyError, AttributeError, TypeError):
        words = answer.decode("utf-8", "replace") or "it said nothing; stderr may say more"
        return ToolFailedError(argv, words, remedy="start it with an empty folder as its root")
    failure: SideloadError = kind(fields["message"], remedy=fields["remedy"])
    return failure


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the phone by its own number: kindly, then not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_GONE_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()

"""Faults of the programs on the phone, and of what they print."""

from collections.abc import Callable, Mapping
from typing import Final

from sideload.simulated.android.faults.fault import CountingFault, Fault, Filter

_NOISE: Final = (
    b"WARNING: linker: unused DT entry: type 0x6ffffef5\n",
    b"\x00\xff\xfe\x1b[31mgarbage\x1b[0m\r\n",
    b'{"event": "iteration", "ns": 1}\n',
    b"\n",
)
_LIE: Final = r"""#!/bin/sh
@sha256sum@ "$@" | @sed@ 's/^\(\\\{0,1\}\)[0-9a-f]\{8\}/\1deadbeef/'
"""


class WrongHash(Fault):
    """Its `sha256sum` answers, and lies."""

    name = "wrong-hash"

    def programs(self) -> Mapping[str, str | None]:
        """The host's own, with the first digits of each hash overwritten."""
        return {"sha256sum": _LIE}


class NoSha256sum(Fault):
    """Has no `sha256sum`."""

    name = "no-sha256sum"

    def programs(self) -> Mapping[str, str | None]:
        """One less."""
        return {"sha256sum": None}


class GarbageOutput(Fault):
    """Prints garbage and torn copies of lines between a runner's lines, which stay whole."""

    name = "garbage-output"

    def output(self, kill: Callable[[], None]) -> Filter:
        """After each line that a runner printed, one of garbage."""
        del kill
        count = 0

        def spoil(line: bytes, is_runners: bool) -> bytes:
            nonlocal count
            if not is_runners:
                return line
            count += 1
            torn = line[: len(line) // 2] + b"\n"
            return line + (*_NOISE, torn)[count % (len(_NOISE) + 1)]

        return _by_line(spoil)


class KillRunner(CountingFault):
    """A runner dies by SIGKILL when it has printed so many lines."""

    name = "kill-runner"
    value = "LINES"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if not self.limit:
            raise self.misused()

    def output(self, kill: Callable[[], None]) -> Filter:
        """Let the lines pass, and nothing after them."""
        left = self.limit

        def pass_or_kill(line: bytes, is_runners: bool) -> bytes:
            nonlocal left
            if not left:
                return b""
            left -= is_runners
            if not left:
                kill()
            return line

        return _by_line(pass_or_kill)


def _by_line(change: Callable[[bytes, bool], bytes]) -> Filter:
    """A filter that hands each line to `change`, and whether it is a whole one of a runner."""
    from sideload.values import LINE_MARK  # noqa: PLC0415 - a tenth of every phone's start-up

    mark = LINE_MARK.encode()
    held = b""

    def filtered(piece: bytes, is_last: bool) -> bytes:
        nonlocal held
        *lines, held = (held + piece).split(b"\n")
        whole = (line + b"\n" for line in lines)
        passed = b"".join(change(line, line.startswith(mark)) for line in whole)
        return passed + change(held, False) if is_last else passed

    return filtered

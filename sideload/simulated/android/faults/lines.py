"""Faults of what a runner prints: lines that are cut, woven, flooded, or not there."""

import re
import time
from collections.abc import Callable
from typing import Final, TypeAlias

from sideload.simulated.android.faults.fault import CountingFault, Fault, Filter, Run

_NOISE: Final = (
    b"WARNING: linker: unused DT entry: type 0x6ffffef5\n",
    b"\x00\xff\xfe\x1b[31mgarbage\x1b[0m\r\n",
    b'{"event": "iteration", "ns": 1}\n',
    b"\n",
)
_FLOOD: Final = b"D/Chatty  ( 4242): what nobody asked for, again and again\n"
_MOST_AT_ONCE: Final = 16 << 20
_ITERATION_NS: Final = re.compile(rb'("event":"iteration".*?"ns":)\d+')

_Change: TypeAlias = Callable[[bytes, bool], bytes]


class ExitWithoutBye(Fault):
    """A runner ends well, but its last line never comes."""

    name = "exit-without-bye"

    def output(self, run: Run) -> Filter:
        """All lines but the last."""
        del run
        return by_line(lambda line, _: b"" if b'"event":"bye"' in line else line)


class Flood(CountingFault):
    """Prints so many bytes each second besides a runner's lines."""

    name = "flood"
    value = "BYTES_PER_S"
    least = 1

    def output(self, run: Run) -> Filter:
        """After each line, what has come together since the last one; at least a line."""
        del run
        last_s = time.monotonic()

        def add(line: bytes, is_runners: bool) -> bytes:
            nonlocal last_s
            if not is_runners:
                return line
            now_s = time.monotonic()
            count = int(min((now_s - last_s) * self.limit, _MOST_AT_ONCE)) // len(_FLOOD)
            last_s = now_s
            return line + _FLOOD * (1 + count)

        return by_line(add)


class GarbageOutput(Fault):
    """Prints garbage and torn copies of lines between a runner's lines, which stay whole."""

    name = "garbage-output"

    def output(self, run: Run) -> Filter:
        """After each line that a runner printed, one of garbage."""
        del run
        count = 0

        def spoil(line: bytes, is_runners: bool) -> bytes:
            nonlocal count
            if not is_runners:
                return line
            count += 1
            torn = line[: len(line) // 2] + b"\n"
            return line + (*_NOISE, torn)[count % (len(_NOISE) + 1)]

        return by_line(spoil)


class BinaryOutput(Fault):
    """Prints bytes that are no text, and no lines, between a runner's lines."""

    name = "binary-output"

    def output(self, run: Run) -> Filter:
        """Every byte there is, before each line."""
        del run
        binary = bytes(number for number in range(256) if number != ord("\n"))
        return by_line(lambda line, is_runners: binary + b"\n" + line if is_runners else line)


class TornLines(Fault):
    """Every third line of a runner is cut in the middle."""

    name = "torn-lines"

    def output(self, run: Run) -> Filter:
        """Its second half is missing."""
        del run
        count = 0

        def tear(line: bytes, is_runners: bool) -> bytes:
            nonlocal count
            count += is_runners
            return line[: len(line) // 2] + b"\n" if is_runners and count % 3 == 0 else line

        return by_line(tear)


class InterleavedLines(Fault):
    """Each two lines of a runner are woven into each other."""

    name = "interleaved-lines"

    def output(self, run: Run) -> Filter:
        """The second in the middle of the first."""
        del run
        held = b""

        def weave(line: bytes, is_runners: bool) -> bytes:
            nonlocal held
            if not is_runners:
                return line
            first, held = held, b"" if held else line
            half = len(first) // 2
            return first[:half] + line + first[half:] if first else b""

        return by_line(weave)


class ClockJump(Fault):
    """Its clock jumps back in the middle of a run: an inference takes less than no time."""

    name = "clock-jump"

    def output(self, run: Run) -> Filter:
        """Each iteration's time is negative."""
        del run
        return by_line(lambda line, _: _ITERATION_NS.sub(rb"\1-1000000", line))


def by_line(change: _Change) -> Filter:
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

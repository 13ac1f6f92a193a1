"""One process that compiles Kotlin again and again: once it is warm, in a fifth of the time."""

import atexit
import os
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

PROGRAM: Final = Path(__file__).parent / "programs" / "Compiler.java"
JAVA: Final = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g")
INT: Final = struct.Struct(">i")
LENGTH: Final = struct.Struct(">H")
_RUNNING: dict[tuple[Path, ...], "subprocess.Popen[bytes]"] = {}


def compile_(compiler: Sequence[Path], arguments: Sequence[str]) -> tuple[int, str]:
    """The exit code for one list of arguments, and what was said; `compiler` are its jars."""
    process = _started(tuple(compiler))
    assert process.stdin is not None
    encoded = [argument.encode() for argument in arguments]
    try:
        process.stdin.write(INT.pack(len(encoded)))
        process.stdin.write(b"".join(LENGTH.pack(len(one)) + one for one in encoded))
        process.stdin.flush()
        code = _number(process)
        return code, _read(process, _number(process)).decode()
    except BaseException:
        # Whoever comes next must not read the rest of this answer.
        _end(_RUNNING.pop(tuple(compiler)))
        raise


def _started(compiler: tuple[Path, ...]) -> "subprocess.Popen[bytes]":
    if compiler in _RUNNING:
        return _RUNNING[compiler]
    argv = [*JAVA, "-cp", os.pathsep.join(map(str, compiler)), str(PROGRAM)]
    process = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    atexit.register(_end, process)
    _RUNNING[compiler] = process
    return process


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.communicate()


def _number(process: "subprocess.Popen[bytes]") -> int:
    (number,) = INT.unpack(_read(process, INT.size))
    return int(number)


def _read(process: "subprocess.Popen[bytes]", count: int) -> bytes:
    assert process.stdout is not None
    found = process.stdout.read(count)
    assert len(found) == count, "the Kotlin compiler ended"
    return found

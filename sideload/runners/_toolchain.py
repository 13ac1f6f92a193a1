"""A compiler, as the words that start it."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError
from sideload.host import process

REMEDY: Final = "sudo apt install g++, or pip install 'sideload[zig]'"


@dataclass(frozen=True, kw_only=True)
class Toolchain:
    """A compiler for one instruction set; `identity` changes when the compiler does."""

    argv: tuple[str, ...]
    identity: str
    environment: Mapping[str, str] = field(default_factory=dict)


def installed(*words: str) -> Toolchain:
    """The compiler that these words start, without starting it.

    Raises:
        MissingToolError: It is not installed.
    """
    found = process.find(words[0])
    if found is None:
        raise MissingToolError(f"the compiler {words[0]!r} is not installed", remedy=REMEDY)
    return Toolchain(argv=(str(found), *words[1:]), identity=f"{shlex.join(words)} {stamp(found)}")


def stamp(program: Path) -> str:
    """What changes when a program does; asking it for its version would take far longer."""
    file = program.resolve()
    status = file.stat()
    return f"{file} {status.st_size} {status.st_mtime_ns}"

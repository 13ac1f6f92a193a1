"""The C++ compiler: what `CXX` names, the system's, or the one in the `ziglang` wheel."""

import importlib.metadata
import importlib.util
import os
import shlex
import sys
from dataclasses import dataclass
from typing import Final

from sideload.errors import AbiError, MissingToolError
from sideload.host import machine, process

REMEDY: Final = "sudo apt install g++, or pip install 'sideload[zig]'"
NAMES: Final = ("c++", "g++", "clang++")
# zig's own C++ library keeps a variant's index in four bytes, the runtimes' in one.
ZIG_FLAGS: Final = ("-D_LIBCPP_ABI_VARIANT_INDEX_TYPE_OPTIMIZATION",)
ZIG_TARGETS: Final = {"x86_64": "x86_64-linux-gnu.2.28", "arm64-v8a": "aarch64-linux-gnu.2.28"}


@dataclass(frozen=True, kw_only=True)
class Toolchain:
    """A compiler for one instruction set; `identity` changes when the compiler does."""

    argv: tuple[str, ...]
    identity: str


def find(abi: str) -> Toolchain:
    """What compiles for `abi` on this machine, without starting it.

    Raises:
        AbiError: Nothing here does.
        MissingToolError: There is no C++ compiler.
    """
    if abi != machine.abi():
        raise AbiError(
            f"no runner can be made for {abi} on this machine ({machine.abi() or sys.platform})",
            remedy="use a device with this machine's processor, or --device simulated",
        )
    named = shlex.split(os.environ.get("CXX", ""))
    if named:
        return _system(named)
    for name in NAMES:
        if process.find(name) is not None:
            return _system([name])
    return _zig(abi)


def _system(words: list[str]) -> Toolchain:
    found = process.find(words[0])
    if found is None:
        raise MissingToolError(f"the compiler {words[0]!r} is not installed", remedy=REMEDY)
    # Asking a compiler for its version costs more than everything else in an unchanged run.
    program = found.resolve()
    status = program.stat()
    identity = f"{shlex.join(words)} {program} {status.st_size} {status.st_mtime_ns}"
    return Toolchain(argv=(str(found), *words[1:]), identity=identity)


def _zig(abi: str) -> Toolchain:
    if importlib.util.find_spec("ziglang") is None:
        raise MissingToolError("no C++ compiler is installed", remedy=REMEDY)
    argv = (sys.executable, "-m", "ziglang", "c++", "-target", ZIG_TARGETS[abi], *ZIG_FLAGS)
    return Toolchain(argv=argv, identity=f"ziglang {importlib.metadata.version('ziglang')}")

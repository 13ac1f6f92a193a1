"""C++ compilers: what `CXX` names, the system's, Debian's, the one in the `ziglang` wheel."""

import contextlib
import importlib.metadata
import importlib.util
import os
import shlex
import sys
from collections.abc import Iterator
from typing import Final

from sideload.errors import AbiError, MissingToolError, ToolError
from sideload.host import machine, process
from sideload.runners import _cross
from sideload.runners._carried import architecture
from sideload.runners._toolchain import REMEDY, Toolchain, installed

NAMES: Final = ("c++", "g++", "clang++")
# zig's own C++ library keeps a variant's index in four bytes, the runtimes' in one.
ZIG_FLAGS: Final = ("-D_LIBCPP_ABI_VARIANT_INDEX_TYPE_OPTIMIZATION",)
# With the oldest glibc that a program of it is to run with.
ZIG_TARGETS: Final = {"x86_64": "x86_64-linux-gnu.2.28", "arm64-v8a": "aarch64-linux-gnu.2.28"}


def own(abi: str) -> Toolchain:
    """What compiles for this machine and its own C library, without starting it.

    Raises:
        AbiError: `abi` is another machine's.
        MissingToolError: There is no C++ compiler.
    """
    if abi != machine.abi():
        raise AbiError(
            f"no runner can be made for {abi} on this machine ({machine.abi() or sys.platform})",
            remedy="use a device with this machine's processor, or --device simulated",
        )
    named = shlex.split(os.environ.get("CXX", ""))
    if named:
        return installed(*named)
    for name in NAMES:
        if process.find(name) is not None:
            return installed(name)
    return _zig(abi)


def carried(abi: str) -> Iterator[Toolchain]:
    """Whatever may compile for the C library that is carried along, the quickest to get first.

    Raises:
        AbiError: Nothing compiles for `abi`.
        MissingToolError, ToolFailedError: None is installed, and none can be fetched.
    """
    cross = f"{architecture(abi).triple}-g++"
    if abi == machine.abi():
        with contextlib.suppress(MissingToolError):
            yield own(abi)
    elif process.find(cross) is not None:
        yield installed(cross)
    try:
        fetched = _cross.toolchain(abi)
    except ToolError:
        if importlib.util.find_spec("ziglang") is None:
            raise
    else:
        yield fetched
    with contextlib.suppress(MissingToolError):
        yield _zig(abi)


def _zig(abi: str) -> Toolchain:
    if importlib.util.find_spec("ziglang") is None:
        raise MissingToolError("no C++ compiler is installed", remedy=REMEDY)
    argv = (sys.executable, "-m", "ziglang", "c++", "-target", ZIG_TARGETS[abi], *ZIG_FLAGS)
    return Toolchain(argv=argv, identity=f"ziglang {importlib.metadata.version('ziglang')}")

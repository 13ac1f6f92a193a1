"""What this machine is: its instruction set in Android's names, and who works at it."""

import getpass
import os
import platform
import sys
from collections.abc import Sequence
from typing import Final

ABIS: Final = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64-v8a", "arm64": "arm64-v8a"}

# What runners can be made for, all of them 64-bit.
SUPPORTED: Final = ("arm64-v8a", "x86_64")


def abi() -> str | None:
    """`x86_64` or `arm64-v8a` on Linux; None where no runner can be executed."""
    return ABIS.get(platform.machine().lower()) if sys.platform == "linux" else None


def whose() -> dict[str, str | int]:
    """Who runs this: `user`, `host` and process `pid`; enough for others to find and ask them."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as containers have them
        user = str(os.getuid())
    return {"user": user, "host": platform.node() or "unknown", "pid": os.getpid()}


def suited(first: str, listed: Sequence[str]) -> str:
    """The instruction set to make a runner for, of those that a device lists.

    That is its `first`, its own, unless only another one can be made: some phones that could run
    64-bit programs have apps of 32 bits.
    """
    return next((name for name in (first, *listed) if name in SUPPORTED), first)

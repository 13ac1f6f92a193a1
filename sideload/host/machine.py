"""Which instruction set this machine executes, in Android's names."""

import platform
import sys
from typing import Final

ABIS: Final = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64-v8a", "arm64": "arm64-v8a"}


def abi() -> str | None:
    """`x86_64` or `arm64-v8a` on Linux; None where no runner can be executed."""
    return ABIS.get(platform.machine().lower()) if sys.platform == "linux" else None

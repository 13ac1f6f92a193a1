"""Debian's GCC 12 for another instruction set, or for this one, unpacked into the cache.

GCC finds its own parts relative to where it is, so it needs no installation, only its libraries
and the folder that stands for `/`.
"""

from typing import Final

from sideload.errors import MissingToolError
from sideload.host import debian, machine
from sideload.runners._carried import ARCHITECTURES, SUITE, Architecture
from sideload.runners._toolchain import Toolchain

# Programs that are compiled with a newer one would ask for a newer C++ library than is carried.
GCC: Final = "12"
SUPPORT: Final = (
    *("libctf0", "libctf-nobfd0", "libgmp10", "libisl23", "libjansson4"),
    *("libmpc3", "libmpfr6", "libzstd1", "zlib1g", "libbinutils"),
)
NATIVE: Final = (
    *(f"g++-{GCC}", f"gcc-{GCC}", f"cpp-{GCC}", f"libgcc-{GCC}-dev", f"libstdc++-{GCC}-dev"),
    *("binutils-{name}", "libc6", "libc6-dev", "libgcc-s1", "libstdc++6", "linux-libc-dev"),
)
CROSS: Final = (
    *(f"g++-{GCC}-{{name}}", f"gcc-{GCC}-{{name}}", f"cpp-{GCC}-{{name}}", "binutils-{name}"),
    *("libc6-{arch}-cross", "libc6-dev-{arch}-cross", "linux-libc-dev-{arch}-cross"),
    *(f"libgcc-{GCC}-dev-{{arch}}-cross", f"libstdc++-{GCC}-dev-{{arch}}-cross"),
    *("libgcc-s1-{arch}-cross", "libstdc++6-{arch}-cross"),
)


def toolchain(abi: str) -> Toolchain:
    """A compiler for `abi` that runs on this machine.

    Raises:
        MissingToolError: There is none for this machine, or there is no apt-get.
        ToolFailedError: It cannot be fetched.
    """
    own = ARCHITECTURES.get(machine.abi() or "")
    if own is None:
        raise MissingToolError(
            "Debian's compilers run on Linux only", remedy="pip install 'sideload[zig]'"
        )
    kind = ARCHITECTURES[abi]
    unpacked = debian.fetch(_packages(own, kind), suite=SUITE, architecture=own.debian)
    root = unpacked.folder
    return Toolchain(
        argv=(str(root / "usr/bin" / f"{kind.triple}-g++-{GCC}"), f"--sysroot={root}"),
        identity=" ".join(f"{one.name} {one.version}" for one in unpacked.packages),
        environment={"LD_LIBRARY_PATH": str(root / "usr/lib" / own.triple)},
    )


def _packages(own: Architecture, kind: Architecture) -> tuple[str, ...]:
    names = NATIVE if own == kind else CROSS
    dashed = kind.triple.replace("_", "-")
    return (*(name.format(name=dashed, arch=kind.debian) for name in names), *SUPPORT)

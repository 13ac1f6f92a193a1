"""The C library that a runner carries with it, because Android's is another one: Debian's.

A program of the wheels' kind needs glibc and libstdc++. It is started through their own loader,
which finds everything in the pushed folder and looks nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import AbiError, MissingToolError
from sideload.host import debian, files
from sideload.runners import Licence
from sideload.values import FileRef, PayloadFile

# Old enough for phones' kernels, new enough for the wheels, and its compiler is at hand too.
SUITE: Final = "bookworm"
# The first has the terms of the last two.
PACKAGES: Final = ("gcc-12-base", "libc6", "libgcc-s1", "libstdc++6")
# Four of them are empty since glibc 2.34, but older libraries still ask for them by name.
LIBRARIES: Final = (
    "libc.so.6",
    "libm.so.6",
    "libdl.so.2",
    "libpthread.so.0",
    "librt.so.1",
    "libgcc_s.so.1",
    "libstdc++.so.6",
)


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """One instruction set in Debian's words; `loader` is the program that starts the others."""

    debian: str
    triple: str
    loader: str


ARCHITECTURES: Final[Mapping[str, Architecture]] = {
    "arm64-v8a": Architecture(
        debian="arm64", triple="aarch64-linux-gnu", loader="ld-linux-aarch64.so.1"
    ),
    "x86_64": Architecture(
        debian="amd64", triple="x86_64-linux-gnu", loader="ld-linux-x86-64.so.2"
    ),
}


@dataclass(frozen=True, kw_only=True)
class CLibrary:
    """A loader, and the libraries that it loads first."""

    loader: PayloadFile
    libraries: tuple[PayloadFile, ...]
    licences: tuple[Licence, ...]


def architecture(abi: str) -> Architecture:
    """The instruction set of that Android name.

    Raises:
        AbiError: Neither wheels nor Debian have anything for it.
    """
    known = ARCHITECTURES.get(abi)
    if known is None:
        raise AbiError(
            f"no runner can be made for {abi or 'an unknown instruction set'}: "
            "the runtimes come for 64-bit processors only",
            remedy=f"use a device of {' or '.join(ARCHITECTURES)}, or --device simulated",
        )
    return known


def c_library(abi: str) -> CLibrary:
    """Debian's for that instruction set, fetched now if the cache does not hold it.

    Raises:
        AbiError: There is none.
        MissingToolError, ToolFailedError: It cannot be fetched.
    """
    kind = architecture(abi)
    unpacked = debian.fetch(PACKAGES, suite=SUITE, architecture=kind.debian)
    return CLibrary(
        loader=PayloadFile(
            name=kind.loader, file=_file(unpacked.folder, kind, kind.loader), executable=True
        ),
        libraries=tuple(
            PayloadFile(name=name, file=_file(unpacked.folder, kind, name)) for name in LIBRARIES
        ),
        licences=tuple(_licence(unpacked.folder, package) for package in unpacked.packages),
    )


def _file(root: Path, kind: Architecture, name: str) -> FileRef:
    for folder in (root / "lib", root / "usr/lib"):
        path = folder / kind.triple / name
        if path.exists():
            # Behind the name is a link to another one, which would not be pushed.
            return files.ref(path.resolve())
    raise MissingToolError(
        f"Debian's packages for {kind.debian} hold no {name}", remedy=debian.REMEDY
    )


def _licence(root: Path, package: debian.Package) -> Licence:
    terms = root / "usr/share/doc" / package.name / "copyright"
    return Licence(
        of=f"{package.name} {package.version} (Debian {SUITE}, {package.architecture})",
        files=(terms,) if terms.is_file() else (),
    )

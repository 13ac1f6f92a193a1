"""What a real adbd is made of: Debian's packages from the cache, and a small library of ours."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, SideloadError
from sideload.host import cache as caches
from sideload.host import debian, files, machine, process
from sideload.runners import _compilers, _toolchain
from tests.devices.real_adbd import surroundings
from tests.requires import require

_PACKAGES: Final = (
    "adbd",
    "android-libbase",
    "android-libboringssl",
    "android-libcutils",
    "android-liblog",
    "libbrotli1",
    "libc6",
    "libcap2",
    "libgcc-s1",
    "liblz4-1",
    "libprotobuf32t64",
    "libstdc++6",
    "libsystemd0",
    "libzstd1",
    "zlib1g",
)
_SANDBOX: Final = ("bubblewrap", "libpcre2-8-0", "libselinux1")
# The first with a stable adbd that knows compression and counted acknowledgements.
_SUITE: Final = "trixie"
_ARCHITECTURES: Final = {"x86_64": "amd64", "arm64-v8a": "arm64"}
_SHIM: Final = Path(__file__).with_name("loopback.cpp")
_FLAGS: Final = (
    "-std=c++17",
    "-O2",
    "-shared",
    "-fPIC",
    "-pthread",
    "-fno-exceptions",
    "-fno-threadsafe-statics",
)
_TIMEOUT_S: Final = 120.0


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that starts an adbd; `bwrap` is empty where this machine allows no sandbox."""

    unpacked: Path
    adbd: Path
    shim: Path
    bwrap: tuple[str, ...]

    @property
    def is_x86(self) -> bool:
        """Is it the build whose places to change are known?"""
        return machine.abi() == "x86_64"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The host's folders that adbd is started from."""
        return (self.unpacked, self.shim.parent)

    def command(self, program: Path) -> tuple[str, ...]:
        """What starts `program`, which is adbd or a changed copy of it, with its own C library."""
        words = _loader(self.unpacked)
        return (*words, "--preload", str(self.shim), str(program))


@cache
def parts() -> Parts:
    """The parts, fetched and compiled where they are not in the cache.

    Raises:
        SideloadError: They cannot be had here; the message says why.
    """
    architecture = _ARCHITECTURES[_abi()]
    names = (*_PACKAGES, *_SANDBOX)
    unpacked = debian.fetch(names, suite=_SUITE, architecture=architecture).folder
    return Parts(
        unpacked=unpacked,
        adbd=unpacked / "usr/lib/android-sdk/platform-tools/adbd",
        shim=_shim(),
        bwrap=_working((_own_bwrap(unpacked), _installed_bwrap())),
    )


def required() -> Parts:
    """The parts; where they cannot be had the test is skipped, or fails where all is promised."""
    try:
        return parts()
    except SideloadError as error:
        require(False, f"no adbd to test against: {error}")
        raise


def _loader(unpacked: Path) -> tuple[str, ...]:
    """What starts a program with the C library that it was built for."""
    (multiarch,) = (path.parent for path in unpacked.glob("usr/lib/*-linux-gnu/libc.so.6"))
    (loader,) = multiarch.glob("ld-linux-*.so.*")
    return (str(loader), "--library-path", f"{multiarch}:{multiarch}/android")


def _abi() -> str:
    abi = machine.abi()
    if abi not in _ARCHITECTURES:
        raise MissingToolError(
            f"Debian has no adbd for {abi or 'this machine'}", remedy="use a 64-bit Linux machine"
        )
    return abi


def _shim() -> Path:
    toolchain = _compilers.own(_abi())
    facts = f"{toolchain.identity} {_FLAGS} {files.sha256(_SHIM)}"
    folder = caches.folder("adbd") / hashlib.sha256(facts.encode()).hexdigest()[:24]
    built = folder / "loopback.so"
    if not built.is_file():
        with files.building(folder) as private:
            words = [*toolchain.argv, *_FLAGS, str(_SHIM), "-o", str(private / built.name)]
            process.run([*words, "-ldl"], timeout_s=_TIMEOUT_S, remedy=_toolchain.REMEDY)
    return built


def _own_bwrap(unpacked: Path) -> tuple[str, ...]:
    return (*_loader(unpacked), str(unpacked / "usr/bin/bwrap"))


def _installed_bwrap() -> tuple[str, ...]:
    # A system that allows sandboxes to some programs only allows them to the one in its own place.
    found = shutil.which("bwrap")
    return (found,) if found else ()


def _working(candidates: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The first that may make a sandbox on this machine."""
    for words in candidates:
        if words and surroundings.allows(words):
            return words
    return ()

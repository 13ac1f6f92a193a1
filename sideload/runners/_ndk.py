"""Android's own compiler and C library, where an NDK is installed: `runner: ndk` in a target.

What it compiles needs no loader of its own, and may load a phone's own libraries. The runtimes'
libraries must be Android's too; they are the user's, because no wheel has them.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import AbiError, MissingToolError
from sideload.runners._toolchain import Toolchain, stamp

VARIABLES: Final = ("ANDROID_NDK_HOME", "ANDROID_NDK_ROOT")
SDK_VARIABLES: Final = ("ANDROID_HOME", "ANDROID_SDK_ROOT")
REMEDY: Final = "ANDROID_NDK_HOME=<folder of an installed NDK>, or leave runner out of the target"
TRIPLES: Final = {"arm64-v8a": "aarch64-linux-android", "x86_64": "x86_64-linux-android"}
# Android 7: before it the loader lacks what C++17's library asks for.
LEAST_API: Final = 24
COMPILER: Final = re.compile(r"-android(\d+)-clang\+\+$")
VERSION: Final = re.compile(r"\d+")
# An AAR that was unzipped keeps libraries in jni/, a build of one's own often in lib/.
LIBRARY_FOLDERS: Final = ("jni/{abi}", "lib/{abi}", "{abi}", "lib")
CXX_LIBRARY: Final = "libc++_shared.so"


@dataclass(frozen=True, kw_only=True)
class Libraries:
    """A folder of the user's with a runtime for Android: its headers, and its libraries."""

    root: Path
    headers: Path
    folder: Path

    @staticmethod
    def inside(root: str, abi: str) -> "Libraries":
        """The folder `root` of a target.

        Raises:
            MissingToolError: It has no libraries for that instruction set.
        """
        home = Path(root).expanduser().absolute()
        folders = [home / name.format(abi=abi) for name in LIBRARY_FOLDERS]
        for folder in folders if root else ():
            if any(folder.glob("*.so")):
                return Libraries(root=home, headers=home / "include", folder=folder)
        raise MissingToolError(
            f"runner_libraries is {root or 'not set'!r}: no libraries of a runtime "
            f"for Android on {abi}",
            remedy=f"runner_libraries: <folder with include/ and jni/{abi}/*.so>",
        )

    def library(self, patterns: tuple[str, ...]) -> Path:
        """The file that fits one of the patterns.

        Raises:
            MissingToolError: There is none.
        """
        for pattern in patterns:
            for path in sorted(self.folder.glob(pattern)):
                return path
        raise MissingToolError(
            f"{self.folder} has no {' or '.join(patterns)}",
            remedy="build the runtime for Android as shared libraries, and copy them there",
        )

    def shared(self) -> dict[str, Path]:
        """The C++ library that they may be linked to, where it is beside them."""
        path = self.folder / CXX_LIBRARY
        return {CXX_LIBRARY: path} if path.is_file() else {}

    def licences(self) -> tuple[Path, ...]:
        """The files that say under which terms they may be passed on."""
        found = (path for name in ("LICEN*", "NOTICE*") for path in self.root.glob(name))
        return tuple(sorted(path for path in found if path.is_file()))


def toolchain(abi: str) -> Toolchain:
    """The newest installed NDK's compiler, for the oldest Android that will do.

    Raises:
        AbiError: There is none for that instruction set.
        MissingToolError: No NDK is installed, or it is not whole.
    """
    triple = TRIPLES.get(abi)
    if triple is None:
        raise AbiError(
            f"no runner can be made for {abi or 'an unknown instruction set'} with an NDK",
            remedy=f"use a device of {' or '.join(TRIPLES)}, or --device simulated",
        )
    home = _home()
    found = {
        int(level[1]): path
        for path in home.glob(f"toolchains/llvm/prebuilt/*/bin/{triple}*-clang++")
        if (level := COMPILER.search(path.name)) and int(level[1]) >= LEAST_API
    }
    if not found:
        raise MissingToolError(
            f"the NDK in {home} has no compiler for {abi} and Android {LEAST_API} or later",
            remedy=REMEDY,
        )
    program = found[min(found)]
    identity = f"ndk {home.name} {stamp(program)}"
    # Its C++ library comes inside the program, so that there is one file less to bring.
    return Toolchain(argv=(str(program), "-static-libstdc++"), identity=identity)


def _home() -> Path:
    for path in _homes():
        if (path / "toolchains/llvm/prebuilt").is_dir():
            return path
    raise MissingToolError("no NDK is installed", remedy=REMEDY)


def _homes() -> Iterator[Path]:
    for name in VARIABLES:
        if os.environ.get(name):
            yield Path(os.environ[name])
    for name in SDK_VARIABLES:
        if os.environ.get(name):
            versions = Path(os.environ[name]).glob("ndk/*")
            yield from sorted(versions, key=_version, reverse=True)


def _version(folder: Path) -> list[int]:
    return [int(part) for part in VERSION.findall(folder.name)]

"""The programs, files and room that this machine has beside Python's packages."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, ToolError
from sideload.host import android_sdk, java, machine, maven, places, process
from sideload.transports import adb_server
from sideload.values import Check

COMPILERS: Final = ("c++", "g++", "clang++")
ROOM_BYTES: Final = 2 * 10**9
ASK_S: Final = 10.0
# Of the other instruction set: Debian's name of its processor, and the package's part of it.
OTHERS: Final = {"x86_64": ("aarch64", "aarch64"), "arm64-v8a": ("x86_64", "x86-64")}
NDK_VARIABLES: Final = ("ANDROID_NDK_HOME", "ANDROID_NDK_ROOT")
OTHERS_MAY_READ: Final = 0o077


def checks() -> tuple[Check, ...]:
    """Compilers, an emulator, adb and its key, and the disk."""
    return (_compiler(), *_cross(), _ndk(), *_java(), *_adb(), room(places.home()))


def _compiler() -> Check:
    found = next((str(path) for name in COMPILERS if (path := process.find(name))), "")
    if not found and find_spec("ziglang"):
        found = "ziglang"
    return Check(
        name="C++ compiler",
        found=found,
        ok=bool(found),
        needed_for="the native runners",
        remedy="sudo apt install g++, or pip install 'sideload[zig]'",
    )


def _cross() -> tuple[Check, ...]:
    """What makes and executes programs for phones with the other kind of processor."""
    own = machine.abi()
    if own is None:
        return ()
    processor, package = OTHERS[own]
    return (
        _optional(
            "cross compiler",
            (f"{processor}-linux-gnu-g++",),
            needed_for=f"(runners for {processor}; without it, one is fetched)",
            remedy=f"sudo apt install g++-{package}-linux-gnu",
        ),
        _optional(
            "emulator",
            (f"qemu-{processor}-static", f"qemu-{processor}"),
            needed_for=f"(a simulated phone that executes {processor})",
            remedy="sudo apt install qemu-user-static",
        ),
    )


def _optional(name: str, programs: tuple[str, ...], *, needed_for: str, remedy: str) -> Check:
    found = next((str(path) for program in programs if (path := process.find(program))), "")
    return Check(name=name, found=found, ok=bool(found), needed_for=needed_for, remedy=remedy)


def _ndk() -> Check:
    named = [Path(place) for name in NDK_VARIABLES if (place := os.environ.get(name))]
    homes = [Path(place) for name in android_sdk.VARIABLES if (place := os.environ.get(name))]
    inside = [folder for home in homes for folder in sorted((home / "ndk").glob("*"), reverse=True)]
    found = next((str(path) for path in (*named, *inside) if path.is_dir()), "")
    return Check(
        name="Android NDK",
        found=found,
        ok=bool(found),
        needed_for="(runners with Android's own C library; others need none)",
        remedy="export ANDROID_NDK_HOME=the folder of an NDK",
    )


def _java() -> tuple[Check, ...]:
    """What an app for Android is compiled with, where Gradle is not."""
    needed_for = "(bundle --apk)"
    try:
        found, remedy = str(java.home()), ""
    except MissingToolError as error:
        found, remedy = "", error.remedy
    jdk = Check(name="JDK", found=found, ok=bool(found), needed_for=needed_for, remedy=remedy)
    return (jdk, _optional("Maven", ("mvn",), needed_for=needed_for, remedy=maven.INSTALL))


def _adb() -> tuple[Check, ...]:
    """The native adb, its server and the key, which phones need in one way or another."""
    found = android_sdk.adb()
    program = Check(
        name="adb",
        found=f"{found} {_version(found)}".strip() if found else "",
        ok=found is not None,
        needed_for="(phones on USB; phones on TCP need none)",
        remedy="install Android's platform-tools",
    )
    return (program, _server(), key(places.adb_key()))


def _server() -> Check:
    found, remedy = adb_server.standing()
    return Check(
        name="adb server",
        found=found,
        ok=not remedy,
        needed_for="(phones on USB, paired wirelessly, emulators)",
        remedy=remedy,
    )


def _version(adb: Path) -> str:
    """What it calls itself; asking for that starts no server."""
    try:
        said = process.run([adb, "version"], timeout_s=ASK_S, remedy="adb version").stdout
    except ToolError:
        return "(does not start)"
    lines = said.decode("utf-8", "replace").splitlines()
    return next((line.split()[1] for line in lines if line.startswith("Version ")), "")


def key(place: Path) -> Check:
    """The key that phones know this computer by: one that nobody else can read."""
    needed_for, remedy = "being let in by phones", f"chmod 600 '{place}'"
    if not place.is_file():
        found = "none yet: one is made at the first phone"
        return Check(name="adb key", found=found, ok=True, needed_for=needed_for)
    if not os.access(place, os.R_OK):
        found = f"{place} cannot be read"
        return Check(name="adb key", found=found, ok=False, needed_for=needed_for, remedy=remedy)
    if place.stat().st_mode & OTHERS_MAY_READ:
        return Check(
            name="adb key",
            found=f"{place} can be read by others",
            ok=False,
            needed_for="(keeping phones yours)",
            remedy=remedy,
        )
    return Check(name="adb key", found=str(place), ok=True, needed_for=needed_for)


def room(place: Path) -> Check:
    """Enough of the disk for what is made."""
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    free_bytes = shutil.disk_usage(there).free
    return Check(
        name="free disk space",
        found=f"{free_bytes / 1e9:.1f} GB",
        ok=free_bytes > ROOM_BYTES,
        needed_for="artifacts",
        remedy="sideload clean, or free some space",
    )

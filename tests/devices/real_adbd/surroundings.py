"""What a real adbd finds around it: a phone's folders and programs, in a sandbox where one works.

In the sandbox (bubblewrap; no privileges are needed) the phone has a `/data`, `/sdcard` and
`/system` of its own, and everything else is the host's, read only. Where this machine allows no
sandbox, adbd sees the host as it is, and the phone's folders have the paths that they have here.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.host import places, process

TMP: Final = "/data/local/tmp"
# A place with little room, and one that nobody may write to; only in the sandbox.
SMALL: Final = "/small"
READ_ONLY: Final = "/system"

_SHIMS: Final = places.PACKAGE / "simulated" / "android" / "bin"
# What these hold depends on the simulated phone, or is real enough here.
_NOT_HERE: Final = frozenset({"df", "ln"})
_FOLDERS: Final = (
    "data/local/tmp",
    "data/misc/adb",
    "data/misc/logd",
    "sdcard",
    "system/bin",
)
# Android's number for the user "shell".
_SHELL: Final = "2000"
_SHELL_OF_HOST: Final = Path("/usr/bin/sh")
_TIMEOUT_S: Final = 20.0


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Words before the program that is to see the phone, and the variables it shall have."""

    argv: tuple[str, ...]
    path: str


def furnish(root: Path, properties: Mapping[str, str]) -> None:
    """Put a phone's folders, programs and properties into `root`, and leave what is there."""
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for shim in sorted(_SHIMS.iterdir()):
        if shim.is_file() and shim.name not in _NOT_HERE:
            copy = shutil.copyfile(shim, root / "system" / "bin" / shim.name)
            copy.chmod(0o755)
    lines = "".join(f"{name}={value}\n" for name, value in properties.items())
    (root / "system" / "build.prop").write_text(lines, encoding="utf-8")
    (root / "data" / "misc" / "logd" / "main").touch()


def add_programs(root: Path, programs: Path) -> None:
    """Put toybox, under each of the names that `programs` has for it, and mksh into a phone."""
    place = root / "system" / "bin"
    shutil.copyfile((programs / "ls").resolve(), place / "toybox").chmod(0o755)
    shutil.copyfile(programs / "mksh", place / "mksh").chmod(0o755)
    for name in [path.name for path in programs.iterdir() if path.is_symlink()]:
        # What says what only a phone could say has been there before.
        if not (place / name).exists():
            (place / name).symlink_to("toybox")


def sandboxed(
    bwrap: Sequence[str], root: Path, *, visible: Sequence[Path], small_bytes: int
) -> Surroundings:
    """A phone of its own; `visible` are the host's folders that it needs besides.

    Its shell is mksh where it has that, else the host's.
    """
    words = [*bwrap, *_host(), "--size", str(small_bytes), "--tmpfs", SMALL]
    words += ["--bind", f"{root}/data", "/data", "--bind", f"{root}/sdcard", "/sdcard"]
    words += ["--ro-bind", f"{root}/system", "/system"]
    mksh = root / "system" / "bin" / "mksh"
    if mksh.exists():
        words += ["--ro-bind", str(mksh), str(_SHELL_OF_HOST.resolve())]
    for path in visible:
        words += ["--ro-bind", str(path), str(path)]
    return Surroundings(argv=(*words, "--chdir", "/"), path="/system/bin:/usr/bin:/bin")


def allows(bwrap: Sequence[str]) -> bool:
    """May this machine's user make a sandbox with it?"""
    argv = [*bwrap, *_host(), "/bin/sh", "-c", "exit 0"]
    return not process.run(argv, timeout_s=_TIMEOUT_S, remedy="-", check=False).exit_code


def _host() -> list[str]:
    """The host's programs, read only, for a user with a phone's number and no privileges."""
    words = ["--unshare-user", "--unshare-pid", "--uid", _SHELL, "--gid", _SHELL]
    words += ["--dev", "/dev", "--proc", "/proc", "--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib64"):
        words += ["--symlink", f"usr/{name}", f"/{name}"]
    return [*words, "--ro-bind", "/etc", "/etc"]


def plain(root: Path) -> Surroundings:
    """The host as it is, with the phone's programs before the host's."""
    return Surroundings(argv=(), path=f"{root}/system/bin:/usr/bin:/bin")

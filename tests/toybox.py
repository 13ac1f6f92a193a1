"""A phone's own shell and programs, from Debian: what Android's are built from too."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from sideload.errors import SideloadError
from sideload.host import debian, machine
from tests.requires import require

ARCHITECTURES: Final = {"x86_64": "amd64", "arm64-v8a": "arm64"}


def install(folder: Path) -> Path:
    """Fill `folder` with `mksh` and every program of toybox; skips a test that cannot have them."""
    architecture = ARCHITECTURES.get(machine.abi() or "", "")
    require(bool(architecture), "toybox from Debian runs on Linux, on x86_64 and aarch64")
    try:
        found = debian.fetch(["mksh", "toybox"], suite="bookworm", architecture=architecture).folder
    except SideloadError as error:
        require(False, f"Debian's mksh and toybox cannot be had: {error}")
        raise
    toybox = found / "bin/toybox"
    for name in subprocess.check_output([toybox], text=True, timeout=30).split():
        (folder / name).symlink_to(toybox)
    shutil.copy(found / "bin/mksh", folder / "mksh")
    return folder

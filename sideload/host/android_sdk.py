"""Where Android's own tools are on this machine, by the variables that name its SDK."""

import os
import sys
from pathlib import Path
from typing import Final

from sideload.host import process

VARIABLES: Final = ("ANDROID_HOME", "ANDROID_SDK_ROOT")
_PROGRAM: Final = "adb.exe" if sys.platform == "win32" else "adb"


def adb() -> Path | None:
    """The native adb: of the SDK that `ANDROID_HOME` or `ANDROID_SDK_ROOT` names, else by PATH."""
    for variable in VARIABLES:
        folder = os.environ.get(variable)
        if folder:
            path = Path(folder) / "platform-tools" / _PROGRAM
            if os.access(path, os.X_OK) and path.is_file():
                return path
    return process.find("adb")

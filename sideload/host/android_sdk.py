"""Where Android's own tools are on this machine, by the variables that name its SDK."""

import os
import re
import sys
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError
from sideload.host import files, process

VARIABLES: Final = ("ANDROID_HOME", "ANDROID_SDK_ROOT")
# Where Android Studio puts it, on each system.
USUAL: Final = ("Android/Sdk", "Library/Android/sdk", "AppData/Local/Android/Sdk")
LOCAL: Final = "local.properties"
REMEDY: Final = (
    "install Android Studio, or the command line tools for Android, and: "
    "export ANDROID_HOME=$HOME/Android/Sdk"
)
_LINE: Final = re.compile(r"^\s*sdk\.dir\s*[=:]\s*(?P<place>.*?)\s*$", re.MULTILINE)
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


def home(project: Path) -> Path:
    """The SDK that builds what is in `project`: by variable, by a file there, or as usual.

    Raises:
        MissingToolError: There is none.
        HostFileError: The project's file cannot be read.
    """
    named = [Path(os.environ[one]) for one in VARIABLES if os.environ.get(one)]
    named += [place for folder in (project, *project.parents) for place in _local(folder / LOCAL)]
    named += [Path.home() / place for place in USUAL]
    found = next((place for place in named if place.is_dir()), None)
    if found is None:
        raise MissingToolError("there is no Android SDK on this machine", remedy=REMEDY)
    return found


def _local(path: Path) -> list[Path]:
    """What Android Studio has written into a project about this machine."""
    if not path.is_file():
        return []
    told = _LINE.search(files.read_text(path))
    # As Java writes properties: with a backslash before colons and backslashes.
    return [Path(re.sub(r"\\(.)", r"\1", told["place"]))] if told else []

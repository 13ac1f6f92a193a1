"""Where things are: the shipped templates and targets, the user's own, and the artifacts.

`SIDELOAD_HOME`, or else the current folder, is the user's project: what is in its `targets/` and
`templates/` comes before what is shipped, and its `artifacts/` is where results go. What costs time
to make again is in the user's cache, or in `SIDELOAD_CACHE`.
"""

import os
from pathlib import Path
from typing import Final

import platformdirs

HOME_VARIABLE: Final = "SIDELOAD_HOME"
CACHE_VARIABLE: Final = "SIDELOAD_CACHE"
PACKAGE: Final = Path(__file__).resolve().parents[1]


def home() -> Path:
    """The user's project folder, absolute; it need not exist."""
    return Path(os.environ.get(HOME_VARIABLE) or Path.cwd()).absolute()


def shipped(folder: str) -> Path:
    """The folder of that name as it came with the package: inside a wheel, or in a checkout."""
    inside = PACKAGE / "_data" / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def templates() -> Path:
    """The shipped templates; `own_templates` wins over them file by file."""
    return shipped("templates")


def own_templates() -> Path:
    """The folder of templates that the user overrides; it need not exist."""
    return home() / "templates"


def targets() -> Path:
    """The shipped targets; `own_targets` wins over them file by file."""
    return shipped("targets")


def own_targets() -> Path:
    """The folder of targets that the user adds or overrides; it need not exist."""
    return home() / "targets"


def artifacts() -> Path:
    """The folder for everything that comes out; whoever writes first creates it."""
    return home() / "artifacts"


def licences() -> tuple[Path, ...]:
    """Our own licence, where it came with the package."""
    beside = (PACKAGE.parent / "LICENSE", *PACKAGE.parent.glob("sideload-*.dist-info/**/LICENSE"))
    return tuple(path for path in beside if path.is_file())


def cache() -> Path:
    """The folder for what costs time to make again; whoever writes first creates it."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named).absolute() if named else platformdirs.user_cache_path("sideload")


def libraries() -> Path:
    """The folder of libraries for apps that the user puts there by hand; it need not exist."""
    return home() / "aars"


def debug_keystore() -> Path:
    """The key that apps are signed with while they are tried: Android Studio's, or one of ours.

    It need not exist. Its alias and password are the ones that everybody knows.
    """
    key = Path.home() / ".android" / "debug.keystore"
    return key if key.is_file() else platformdirs.user_data_path("sideload") / "debug.keystore"


def adb_key() -> Path:
    """The key that phones know this computer by: adb's own if it is whole, else one of ours.

    It need not exist. Its public half stands beside it, as `adbkey.pub`.
    """
    key = Path.home() / ".android" / "adbkey"
    if key.is_file() and key.with_name("adbkey.pub").is_file():
        return key
    return platformdirs.user_data_path("sideload") / "adb" / "adbkey"

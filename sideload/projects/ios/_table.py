"""The table of binary frameworks, one's own before the one that is shipped."""

import tomllib
from pathlib import Path
from typing import Any, Final

from sideload.errors import ProjectError
from sideload.host import files, places

TABLE: Final = Path("apps/ios/frameworks.toml")


def place() -> Path:
    """Where it is."""
    own = places.own_templates() / TABLE
    return own if own.is_file() else places.templates() / TABLE


def read() -> dict[str, Any]:
    """What it says.

    Raises:
        ProjectError: It is not TOML.
        HostFileError: There is none.
    """
    try:
        return tomllib.loads(files.read_text(place()))
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(
            f"{files.shown(place())} is not TOML: {error}", remedy="mend that line"
        ) from error

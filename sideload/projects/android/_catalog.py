"""Version catalogs: which plugin an alias such as `libs.plugins.android.application` means."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from sideload.host import files

PARTS: Final = 3
LIMIT_BYTES: Final = 4_000_000


def plugin(root: Path, alias: str) -> list[tuple[str, str]]:
    """Id and version of what `alias` means; nothing where no catalog knows it."""
    catalog, *rest = alias.split(".")
    if len(rest) + 1 < PARTS or rest[0] != "plugins":
        return []
    told = _read(root / "gradle" / f"{catalog}.versions.toml")
    for name, entry in told.get("plugins", {}).items():
        if re.split(r"[-_.]", name) == rest[1:]:
            return [_entry(entry, told)]
    return []


def version(root: Path, name: str) -> str:
    """The version that the usual catalog gives to `name`, or nothing."""
    found = _read(root / "gradle" / "libs.versions.toml").get("versions", {}).get(name, "")
    return found if isinstance(found, str) else ""


def ids(root: Path) -> list[tuple[str, str]]:
    """Every plugin of the usual catalog, used or not."""
    told = _read(root / "gradle" / "libs.versions.toml")
    return [_entry(entry, told) for entry in told.get("plugins", {}).values()]


def _entry(entry: object, told: dict[str, Any]) -> tuple[str, str]:
    if isinstance(entry, str):
        name, _, stated = entry.partition(":")
        return name, stated
    if not isinstance(entry, dict):
        return "", ""
    stated = entry.get("version", "")
    if isinstance(stated, dict):
        stated = told.get("versions", {}).get(stated.get("ref"), "")
    return str(entry.get("id", "")), stated if isinstance(stated, str) else ""


def _read(path: Path) -> dict[str, Any]:
    """A catalog; one that cannot be read says nothing here, and Gradle will say why."""
    if not path.is_file():
        return {}
    text = files.read_bytes(path, limit_bytes=LIMIT_BYTES).decode("utf-8", "replace")
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return {}

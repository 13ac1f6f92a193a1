"""Adapters are found by file name, and imported only when named."""

import importlib
import importlib.resources
from typing import Any

from sideload.errors import UnknownAdapterError


def names(family: str) -> tuple[str, ...]:
    """Names in `sideload/<family>/`, without importing any of them; private files are left out."""
    folder = importlib.resources.files("sideload") / family
    found = (
        entry.name.removesuffix(".py")
        for entry in folder.iterdir()
        if entry.name.endswith(".py") or (entry.is_dir() and (entry / "__init__.py").is_file())
    )
    return tuple(sorted(name for name in found if not name.startswith("_")))


def load(family: str, name: str) -> Any:  # noqa: ANN401 - each family's `get` gives it its type
    """Import the one adapter asked for and return its `ADAPTER` constant.

    Raises:
        UnknownAdapterError: `name` is not one of the family's file names.
    """
    if name not in names(family):
        raise UnknownAdapterError(family, name, names(family))
    return importlib.import_module(f"sideload.{family}.{name}").ADAPTER

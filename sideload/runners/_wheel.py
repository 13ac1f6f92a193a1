"""Where an installed package's files are, found without importing it."""

import importlib.metadata
import importlib.util
from pathlib import Path

from sideload.errors import MissingPackageError


def folder(package: str) -> Path:
    """The folder of the package.

    Raises:
        MissingPackageError: It is not installed.
    """
    found = importlib.util.find_spec(package)
    places = list(found.submodule_search_locations or ()) if found else []
    if not places:
        raise MissingPackageError(package, package)
    return Path(places[0])


def version(package: str) -> str:
    """The version that is installed; `folder` says whether one is."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def library(path: Path, package: str) -> Path:
    """`path`, a library in the package.

    Raises:
        MissingPackageError: This version of the package has no such file.
    """
    if not path.is_file():
        raise MissingPackageError(f"{package} (a version with {path.name})", package)
    return path

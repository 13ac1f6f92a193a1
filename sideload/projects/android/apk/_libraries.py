"""Where the libraries of runtimes are on this machine, wherever Android's tools may have put them.

Looked for in this order: files that the user names, the folder `aars/` of the project, Maven's own
repository, Gradle's cache, and then what Maven can fetch.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from sideload.errors import MissingLibraryError, ToolError
from sideload.host import files, maven, places
from sideload.projects.android._table import Runtime, Table
from sideload.projects.android.apk import _aar
from sideload.projects.android.apk._coordinate import Coordinate
from sideload.values import FileRef

SETTINGS: Final = Path(".m2/settings.xml")
GRADLE_VARIABLE: Final = "GRADLE_USER_HOME"
GRADLE: Final = Path("caches/modules-2/files-2.1")


def libraries(table: Table, given: Sequence[Path]) -> tuple[FileRef, ...]:
    """Every library that an app with these runtimes holds, the user's own first.

    Raises:
        MissingLibraryError: One is nowhere; the remedy says where to put it.
        HostFileError: One that the user names cannot be read, or is no library.
    """
    held = {path: _aar.packages(path) for path in given}
    found = list(given)
    for runtime in table.runtimes:
        if not any(_is_of(runtime, packages) for packages in held.values()):
            found.append(_found(Coordinate.of(f"{runtime.library}:aar")))
        needed = map(Coordinate.of, runtime.needs)
        found += [_found(one) for one in needed if not _is_among(given, one)]
    return tuple(files.ref(path) for path in dict.fromkeys(found))


def _is_of(runtime: Runtime, packages: frozenset[str]) -> bool:
    """Whether a library with these packages is the runtime's, whatever its file is called."""
    return runtime.keep[0].removesuffix(".**").replace(".", "/") in packages


def _is_among(given: Sequence[Path], library: Coordinate) -> bool:
    return any(path.name.startswith(library.artifact) for path in given)


def _found(library: Coordinate) -> Path:
    for path in _places(library):
        if path.is_file():
            return path
    try:
        (fetched,) = maven.fetch([str(library)], without=[maven.EVERYTHING])
    except ToolError as error:
        own = files.shown(places.libraries() / library.file_name)
        raise MissingLibraryError(
            f"{library.file_name}, which goes into the app, is neither in Maven's repository nor "
            f"in Gradle's cache, and cannot be fetched: {error.problem}",
            remedy=f"download it and put it at {own}, or name it: --aar {library.file_name}",
        ) from error
    return fetched


def _places(library: Coordinate) -> Iterator[Path]:
    yield places.libraries() / library.file_name
    yield _repository() / library.folder / library.file_name
    gradle = Path(os.environ.get(GRADLE_VARIABLE) or Path.home() / ".gradle") / GRADLE
    # Between version and file, Gradle has a folder that is named by a hash.
    named = gradle / library.group / library.artifact / library.version
    yield from sorted(named.glob(f"*/{library.file_name}"))


def _repository() -> Path:
    """Maven's local repository: where the user's settings say, or where it always is."""
    usual, settings = Path.home() / ".m2" / "repository", Path.home() / SETTINGS
    if not settings.is_file():
        return usual
    try:
        root = ET.fromstring(files.read_text(settings))  # noqa: S314 - the user's own settings
    except ET.ParseError:
        return usual
    found = root.findtext("{*}localRepository") or ""
    named = found.strip().replace("${user.home}", str(Path.home()))
    return Path(named) if named else usual

"""A folder in somebody's project that is ours alone, with a list of what we put there.

The list is written before everything else and removed after it, so that whatever interrupts us,
it says which files are ours. What is not in it, such as what a build leaves there, is left alone.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from sideload.errors import EditedError, HostFileError, ProjectError
from sideload.host import files
from sideload.projects._changes import Change, Content, same
from sideload.values import FileRef

LIST: Final = ".sideload.json"
LIMIT_BYTES: Final = 4_000_000


def check(root: Path, folder: PurePosixPath) -> Mapping[str, str]:
    """SHA-256 by path of what we put into `folder`, none of which anybody has changed.

    Raises:
        ProjectError: There is such a folder, and it is not ours.
        EditedError: Somebody changed a file of ours there.
        HostFileError: It cannot be read.
    """
    known = _known(root, folder)
    paths = {name: root / folder / name for name in known}
    edited = [p for n, p in paths.items() if p.is_file() and files.sha256_cached(p) != known[n]]
    if edited:
        shown = ", ".join(files.shown(path) for path in edited)
        raise EditedError(
            f"somebody changed {shown} since sideload wrote it",
            remedy=f"move {shown} away, and the same command again",
        )
    return known


def written(root: Path, folder: PurePosixPath, wanted: Mapping[str, Content]) -> list[Change]:
    """What makes `folder` below `root` hold exactly `wanted`, by path in it; [] if it does.

    Raises:
        ProjectError: There is such a folder, and it is not ours.
        EditedError: Somebody changed a file of ours there.
        HostFileError: It cannot be read.
    """
    known = check(root, folder)
    listed = {name: _sha256(content) for name, content in wanted.items()}
    lost = [name for name in known if name not in wanted]
    # The list names files of before and of now while they are exchanged.
    note = _note(root, folder, listed)
    changes = [_change(root, folder, name, content) for name, content in wanted.items()]
    changes += [_change(root, folder, name, None) for name in lost]
    return [change for change in [note, *changes] if not _is_nothing(root, change)]


def removed(root: Path, folder: PurePosixPath) -> list[Change]:
    """What removes everything of ours from `folder`; [] if there is nothing.

    Raises:
        EditedError: Somebody changed a file of ours there.
        HostFileError: It cannot be read.
    """
    if not (root / folder / LIST).is_file():
        return []
    known = check(root, folder)
    gone = [_change(root, folder, name, None) for name in known]
    note = Change(path=folder / LIST, before=_read(root / folder / LIST), after=None)
    return [*(change for change in gone if not _is_nothing(root, change)), note]


def is_ours(root: Path, folder: PurePosixPath) -> bool:
    """Whether the folder is there and has our list in it."""
    return (root / folder / LIST).is_file()


def _known(root: Path, folder: PurePosixPath) -> dict[str, str]:
    place = root / folder
    if not (place / LIST).is_file():
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise ProjectError(
                f"{files.shown(place)} is there already, and was not made by sideload",
                remedy=f"move {files.shown(place)} away",
            )
        return {}
    try:
        found = json.loads(_read(place / LIST))["files"]
        known = {str(name): str(digest) for name, digest in found.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HostFileError(
            f"{files.shown(place / LIST)} is no list of files: {error}",
            remedy=f"remove the folder {files.shown(place)}",
        ) from error
    if any(PurePosixPath(name).is_absolute() or ".." in Path(name).parts for name in known):
        raise HostFileError(
            f"{files.shown(place / LIST)} names files outside of its folder",
            remedy=f"remove the folder {files.shown(place)}",
        )
    return known


def _note(root: Path, folder: PurePosixPath, listed: Mapping[str, str]) -> Change:
    text = json.dumps({"made_by": "sideload", "files": dict(sorted(listed.items()))}, indent=2)
    return _change(root, folder, LIST, f"{text}\n".encode())


def _change(root: Path, folder: PurePosixPath, name: str, after: Content) -> Change:
    path = root / folder / name
    before: Content = None
    if path.is_file():
        before = files.ref(path) if isinstance(after, FileRef) or _is_big(path) else _read(path)
    return Change(path=folder / name, before=before, after=after)


def _is_nothing(root: Path, change: Change) -> bool:
    return same(root / change.path, change.after)


def _is_big(path: Path) -> bool:
    return path.stat().st_size > LIMIT_BYTES


def _read(path: Path) -> bytes:
    return files.read_bytes(path, limit_bytes=LIMIT_BYTES)


def _sha256(content: Content) -> str:
    if isinstance(content, FileRef):
        return content.sha256
    return hashlib.sha256(content or b"").hexdigest()

"""Changes of files as values: shown before they are made, and made together or not at all."""

import contextlib
import difflib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias

from sideload.errors import HostFileError
from sideload.host import files
from sideload.host._oserrors import explained
from sideload.values import FileRef

# Models are too large to be held in memory, and stay where they are until they are copied.
Content: TypeAlias = bytes | FileRef | None
NO_NEWLINE: Final = "\\ No newline at end of file\n"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One file, `path` below the root of its project; None is the content of no file."""

    path: PurePosixPath
    before: Content
    after: Content


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Everything that a command would do below `root`, in the order in which it is done.

    `notes` are sentences that a person should read before building the app.
    """

    root: Path
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()


def diff(changes: Changes) -> str:
    """A unified diff of every text, and one line for every other file."""
    return "".join("".join(_diff(change)) for change in changes.changes)


def apply(changes: Changes) -> None:
    """Make the changes; if one fails, those before it are undone.

    Raises:
        HostFileError: A file is not what it was when the changes were thought of, a link leads
            out of the project, or the disk refused.
    """
    for change in changes.changes:
        _check(changes.root, change)
    with contextlib.ExitStack() as kept, contextlib.ExitStack() as undo:
        for change in changes.changes:
            path = changes.root / change.path
            backup = kept.enter_context(_kept(path, change.before))
            undo.callback(_put, changes.root, path, backup)
            _put(changes.root, path, change.after)
        undo.pop_all()


def same(path: Path, content: Content) -> bool:
    """Whether the file at `path` holds that."""
    if content is None or not path.is_file():
        return content is None and not path.exists()
    if isinstance(content, bytes):
        with explained(path, "read"):
            size_bytes = path.stat().st_size
        return size_bytes == len(content) and files.read_bytes(path) == content
    found = files.ref(path)
    return (found.size_bytes, found.sha256) == (content.size_bytes, content.sha256)


def _check(root: Path, change: Change) -> None:
    path = root / change.path
    if not path.resolve().is_relative_to(root.resolve()):
        raise HostFileError(
            f"{files.shown(path)} leads out of the project, to {files.shown(path.resolve())}",
            remedy="name the folder that really holds the project",
        )
    if not same(path, change.before):
        raise HostFileError(
            f"{files.shown(path)} was changed in this very moment", remedy="the same command again"
        )


@contextlib.contextmanager
def _kept(path: Path, before: Content) -> Iterator[Content]:
    """What was there before, for as long as it may have to come back."""
    if not isinstance(before, FileRef):
        yield before
        return
    backup = path.with_name(f".sideload-{before.sha256[:16]}.part")
    with explained(backup, "write"):
        backup.unlink(missing_ok=True)
        os.link(path, backup)
    try:
        yield FileRef(path=backup, sha256=before.sha256, size_bytes=before.size_bytes)
    finally:
        backup.unlink(missing_ok=True)


def _put(root: Path, path: Path, content: Content) -> None:
    if content is None:
        with explained(path, "remove"):
            path.unlink(missing_ok=True)
        _prune(root, path.parent)
        return
    # A file that is a link stays one: what it leads to is what the project means.
    real = path.resolve()
    mode = real.stat().st_mode & 0o777 if real.exists() else None
    if isinstance(content, bytes):
        files.write_bytes(real, content)
    else:
        with files.writing(real) as file, content.path.open("rb") as source:
            shutil.copyfileobj(source, file, 1 << 20)
    if mode is not None:
        real.chmod(mode)


def _prune(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _diff(change: Change) -> Iterator[str]:
    name = files.shown(Path(change.path))
    before, after = _lines(change.before), _lines(change.after)
    if before is None or after is None:
        yield f"{_verb(change)} {name} ({_bytes(change)} bytes)\n"
        return
    old = "/dev/null" if change.before is None else f"a/{name}"
    new = "/dev/null" if change.after is None else f"b/{name}"
    for line in difflib.unified_diff(before, after, old, new):
        yield line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}"


def _verb(change: Change) -> str:
    if change.before is None:
        return "new file"
    return "removed file" if change.after is None else "replaced file"


def _bytes(change: Change) -> str:
    content = change.before if change.after is None else change.after
    size = len(content) if isinstance(content, bytes) else content.size_bytes if content else 0
    return f"{size:,}"


def _lines(content: Content) -> list[str] | None:
    """The lines of a text with their ends, or None for what is no text."""
    if isinstance(content, FileRef) or (content and b"\0" in content):
        return None
    text = (content or b"").decode("utf-8", "replace")
    pieces = text.split("\n")
    return [f"{piece}\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])

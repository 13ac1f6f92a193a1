"""Files that appear whole or not at all, their hashes, and folders that are safe to delete."""

import hashlib
from pathlib import Path

from sideload.errors import HostFileError
from sideload.host import _stamps
from sideload.host._cachetag import mark_cache, remove
from sideload.host._oserrors import explained, shown
from sideload.host._whole import building, writing
from sideload.values import FileRef

__all__ = [
    "building",
    "mark_cache",
    "new_folder",
    "read_bytes",
    "read_text",
    "ref",
    "remove",
    "sha256",
    "sha256_cached",
    "shown",
    "write_bytes",
    "write_text",
    "writing",
]


def sha256(path: Path) -> str:
    """Lower-case hex SHA-256 of a file's content, read in pieces."""
    with explained(path, "read"), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_cached(path: Path) -> str:
    """As `sha256`; that of a big file is remembered for as long as the file's stamp is the same."""
    with explained(path, "read"):
        before = _stamps.stamp(path)
    if before.size_bytes < _stamps.WORTH_BYTES:
        return sha256(path)
    known = _stamps.recall(before)
    if known is not None:
        return known
    digest = sha256(path)
    with explained(path, "read"):
        _stamps.remember(before, _stamps.stamp(path), digest)
    return digest


def ref(path: Path) -> FileRef:
    """The file with its hash and its size in bytes; the hash is a cached one."""
    with explained(path, "read"):
        size_bytes = path.stat().st_size
    return FileRef(path=path, sha256=sha256_cached(path), size_bytes=size_bytes)


def read_bytes(path: Path, *, limit_bytes: int | None = None) -> bytes:
    """The content of a file.

    Raises:
        HostFileError: It cannot be read, or holds more than `limit_bytes`.
    """
    with explained(path, "read"), path.open("rb") as file:
        data = file.read() if limit_bytes is None else file.read(limit_bytes + 1)
    if limit_bytes is not None and len(data) > limit_bytes:
        raise HostFileError(
            f"{shown(path)} is larger than {limit_bytes} bytes",
            remedy="check that this is the file you meant",
        )
    return data


def read_text(path: Path, *, limit_bytes: int | None = None) -> str:
    """The content of a UTF-8 file; line ends stay as they are.

    Raises:
        HostFileError: As for `read_bytes`, or it is not UTF-8.
    """
    data = read_bytes(path, limit_bytes=limit_bytes)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HostFileError(
            f"{shown(path)} is not UTF-8 text: byte {error.start} is {data[error.start]:#04x}",
            remedy="save it as UTF-8",
        ) from error


def write_bytes(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write a whole file at once; what was there before stays if anything fails."""
    with writing(path, mode=mode) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Write a whole UTF-8 file at once; line ends are written as they are.

    Raises:
        HostFileError: The disk refused, or `text` holds half a character.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise HostFileError(
            f"cannot write {shown(path)}: {text[error.start]!a} is not a character",
            remedy="rename what has names that are not valid UTF-8",
        ) from error
    write_bytes(path, data)


def new_folder(path: Path) -> Path:
    """`path` as an existing folder, with those above it."""
    with explained(path, "create"):
        path.mkdir(parents=True, exist_ok=True)
    return path

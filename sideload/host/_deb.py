"""Unpack a Debian package with nothing but Python: a folder is all that it can write to."""

import gzip
import io
import lzma
import os
import posixpath
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Final, TypeAlias, cast

import zstandard

from sideload.errors import HostFileError
from sideload.host._oserrors import explained, shown

MAGIC: Final = b"!<arch>\n"
HEADER_BYTES: Final = 60
NAME: Final = slice(0, 16)
SIZE: Final = slice(48, 58)
FAULTS: Final = (tarfile.TarError, lzma.LZMAError, zstandard.ZstdError, EOFError, ValueError)


Plain: TypeAlias = AbstractContextManager[IO[bytes]]


def _gzip(file: IO[bytes]) -> Plain:
    return cast("IO[bytes]", gzip.open(file))


def _xz(file: IO[bytes]) -> Plain:
    return lzma.open(file)


def _zstd(file: IO[bytes]) -> Plain:
    return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)


OPENERS: Final[Mapping[str, Callable[[IO[bytes]], Plain]]] = {
    "data.tar": lambda file: file,
    "data.tar.gz": _gzip,
    "data.tar.xz": _xz,
    "data.tar.zst": _zstd,
}


def unpack(deb: Path, folder: Path) -> None:
    """Add the package's files to `folder`; links that name a path from `/` lead below it instead.

    Raises:
        HostFileError: It is no Debian package, damaged, or has a file that would be elsewhere.
    """
    with explained(deb, "unpack"), deb.open("rb") as file:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            name, data = _data(file)
            with OPENERS[name](data) as plain, tarfile.open(fileobj=plain, mode="r|") as archive:
                for member in archive:
                    _add(archive, member, folder.resolve())
        except FAULTS as error:
            raise HostFileError(
                f"{shown(deb)} cannot be unpacked: {error}",
                remedy="delete it and fetch it again",
            ) from error


def _data(file: IO[bytes]) -> tuple[str, IO[bytes]]:
    for name, size_bytes in _members(file):
        if name in OPENERS:
            content = file.read(size_bytes)
            if len(content) != size_bytes:
                raise ValueError("it is cut off")
            return name, io.BytesIO(content)
        file.seek(size_bytes + size_bytes % 2, io.SEEK_CUR)
    raise ValueError("it holds no files that can be read")


def _members(file: IO[bytes]) -> Iterator[tuple[str, int]]:
    if file.read(len(MAGIC)) != MAGIC:
        raise ValueError("it is no Debian package")
    while header := file.read(HEADER_BYTES):
        name = header[NAME].decode("ascii", "replace").strip().rstrip("/")
        size_bytes = int(header[SIZE])
        if size_bytes < 0:
            raise ValueError("it is damaged")
        yield name, size_bytes


def _add(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one entry; owners, setuid bits and devices are left out."""
    path = _inside(folder, member.name)
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
    elif member.isreg() or member.issym() or member.islnk():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if member.issym():
            path.symlink_to(_target(folder, path, member.linkname))
        elif member.islnk():
            os.link(_inside(folder, member.linkname), path, follow_symlinks=False)
        else:
            _write(archive.extractfile(member), path)
            path.chmod(0o644 | (member.mode & 0o111))


def _write(content: IO[bytes] | None, path: Path) -> None:
    if content is None:
        raise AssertionError("a regular file has content")
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)


def _inside(folder: Path, name: str) -> Path:
    path = folder / posixpath.normpath(name.lstrip("/") or ".")
    # Links that are there already are followed: none may lead out, however it was put together.
    above = folder if path == folder else path.parent.resolve()
    if ".." in path.parts or not above.is_relative_to(folder):
        raise ValueError(f"{name} would be outside of the folder")
    return path


def _target(folder: Path, link: Path, target: str) -> str:
    if target.startswith("/"):
        target = os.path.relpath(folder / target.lstrip("/"), link.parent)
    if not (link.parent / target).resolve().is_relative_to(folder):
        raise ValueError(f"{link.name} links to {target}, outside of the folder")
    return target

"""Unpack a Debian package with nothing but Python: a folder is all that it can write to."""

import gzip
import io
import lzma
import posixpath
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
    with explained(deb, "read"), deb.open("rb") as file:
        try:
            name, data = _data(file)
            with OPENERS[name](data) as plain, tarfile.open(fileobj=plain, mode="r|") as archive:
                archive.extractall(folder, filter=_inside)  # noqa: S202 - `_inside` refuses the rest
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


def _inside(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """The member if it stays in `folder`; devices are left out, and so are its owner and setuid."""
    if member.ischr() or member.isblk() or member.isfifo():
        return None
    if member.issym() and member.linkname.startswith("/"):
        above = posixpath.dirname(posixpath.normpath(member.name))
        member = member.replace(
            linkname=posixpath.relpath(member.linkname.lstrip("/") or ".", above), deep=False
        )
    return tarfile.data_filter(member, folder)

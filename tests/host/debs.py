"""Debian packages made here, good ones and such as nobody should unpack."""

import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import zstandard

COMPRESSIONS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "data.tar": bytes,
    "data.tar.gz": gzip.compress,
    "data.tar.xz": lzma.compress,
    "data.tar.zst": zstandard.compress,
}


def file(name: str, text: str = "", mode: int = 0o644) -> tuple[tarfile.TarInfo, bytes]:
    """An entry for `deb`: a file with that text."""
    entry = tarfile.TarInfo(name)
    entry.mode = mode
    entry.size = len(text.encode())
    return entry, text.encode()


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    """An entry for `deb`: a link, or what else `kind` says."""
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.linkname = target
    return entry, b""


def deb(
    path: Path,
    entries: Sequence[tuple[tarfile.TarInfo, bytes]],
    *,
    data: str = "data.tar.xz",
) -> Path:
    """A package at `path` that holds `entries`, compressed as `data` says."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for entry, content in entries:
            archive.addfile(entry, io.BytesIO(content))
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": lzma.compress(b"odd"),
        data: COMPRESSIONS.get(data, bytes)(packed.getvalue()),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"!<arch>\n" + b"".join(_member(*one) for one in members.items()))
    return path


def _member(name: str, content: bytes) -> bytes:
    header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n"
    return header.encode() + content + b"\n" * (len(content) % 2)

"""The zip file that an APK is: what a phone maps into memory begins where a page does."""

import shutil
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import ArtifactCheckError, ProjectError
from sideload.host import files

# The largest page of any phone; a smaller one divides it.
PAGE_BYTES: Final = 16384
WORD_BYTES: Final = 4
# What a signer reads before it moves anything: the alignment, and then bytes that nobody reads.
ALIGNMENT: Final = 0xD935
FIELD: Final = struct.Struct("<HHH")
LOCAL_BYTES: Final = 30
LOCAL: Final = struct.Struct("<26xHH")
# The same for every file, so that the same content is the same APK.
DATE: Final = (1981, 1, 1, 1, 1, 2)
# Beyond it, offsets of a zip file need what Android does not read.
LIMIT_BYTES: Final = (1 << 31) - 1


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file of the APK: its name there, its content, and whether a phone maps it into memory."""

    name: str
    content: Path | bytes
    mapped: bool = False


def packed(base: Path, entries: Sequence[Entry], into: Path) -> None:
    """Write an APK without a signature: what is in `base`, and then the entries.

    Raises:
        ProjectError: It would be larger than an APK can be.
        HostFileError: Something cannot be read or written.
    """
    size_bytes = sum(_size(entry) for entry in entries)
    if size_bytes > LIMIT_BYTES:
        raise ProjectError(
            f"an APK holds at most {LIMIT_BYTES:,} bytes, and this one would have {size_bytes:,}",
            remedy="--model with one model alone, or bundle --new FOLDER, which can download it",
        )
    with files.writing(into) as file, zipfile.ZipFile(file, "w") as archive:
        with zipfile.ZipFile(base) as made:
            for name in sorted(made.namelist()):
                # The table of resources is mapped too, word by word.
                is_stored = name == "resources.arsc"
                _add(archive, Entry(name=name, content=made.read(name)), WORD_BYTES * is_stored)
        for entry in entries:
            _add(archive, entry, PAGE_BYTES * entry.mapped)


def check(apk: Path) -> None:
    """Refuse an APK with something in it that a phone would map, and does not begin at a page.

    Raises:
        ArtifactCheckError: There is such a thing, after whatever has been done to the file.
    """
    for name, offset in offsets(apk):
        if offset is None or offset % PAGE_BYTES:
            where = "compressed" if offset is None else f"at {offset}"
            raise ArtifactCheckError(
                f"{name} is {where} in the APK, and not stored at a multiple of {PAGE_BYTES}",
                remedy="sideload bundle --apk, without another tool that rewrites the file",
            )


def offsets(apk: Path) -> Iterator[tuple[str, int | None]]:
    """Where assets and native code begin; None for what is compressed."""
    with apk.open("rb") as file, zipfile.ZipFile(apk) as archive:
        for one in archive.infolist():
            if not one.filename.startswith(("assets/", "lib/")):
                continue
            file.seek(one.header_offset)
            name_bytes, extra_bytes = LOCAL.unpack(file.read(LOCAL_BYTES))
            begins = one.header_offset + LOCAL_BYTES + name_bytes + extra_bytes
            yield one.filename, begins if one.compress_type == zipfile.ZIP_STORED else None


def _add(archive: zipfile.ZipFile, entry: Entry, align_bytes: int) -> None:
    """Store it at a multiple of `align_bytes`, or compress it where that is 0."""
    told = zipfile.ZipInfo(entry.name, DATE)
    told.compress_type = zipfile.ZIP_STORED if align_bytes else zipfile.ZIP_DEFLATED
    told.file_size = _size(entry)
    if align_bytes:
        head = archive.start_dir + LOCAL_BYTES + len(entry.name.encode()) + FIELD.size
        padding = -head % align_bytes
        told.extra = FIELD.pack(ALIGNMENT, 2 + padding, align_bytes) + bytes(padding)
    with archive.open(told, "w") as to:
        if isinstance(entry.content, bytes):
            to.write(entry.content)
        else:
            with entry.content.open("rb") as source:
                shutil.copyfileobj(source, to, 1 << 20)


def _size(entry: Entry) -> int:
    if isinstance(entry.content, bytes):
        return len(entry.content)
    return entry.content.stat().st_size

"""Arrays by name in one `.npz` file, without pickles; the same arrays give the same bytes.

numpy's own `savez` stamps the time into the file and loses names that look like its parameters,
and its `load` believes any size that a file claims; so the archive is written and read here.
"""

import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from sideload.errors import InputsError
from sideload.host._oserrors import explained, shown
from sideload.host._whole import writing

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
SUFFIX: Final = ".npy"
KINDS: Final = frozenset("biufcU")
LIMIT_BYTES: Final = 8 * 2**30
# Unicode ends before the one, and has halves of characters between the others.
LAST_CODE: Final = 0x11_0000
SURROGATES: Final = (0xD800, 0xE000)
REMEDY: Final = "write it with numpy.savez(file, name=array, …), numbers or texts"
# Everything that the readers of zip archives and of array headers raise on hostile bytes.
UNREADABLE: Final = (
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


def save(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write `arrays` to one file, whole or not at all.

    Raises:
        InputsError: A name or a dtype cannot be stored.
        HostFileError: The disk refused.
    """
    for name, array in arrays.items():
        _check(name, array, path)
    with writing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(name + SUFFIX)
            with archive.open(entry, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)


def load(path: Path) -> dict[str, Array]:
    """The arrays in a `.npz` file by name, in native byte order, row-major.

    Raises:
        InputsError: It is no such archive, claims too much, or holds something else than numbers
            and texts.
        HostFileError: It cannot be read.
    """
    with explained(path, "read"), path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return _members(archive, path)
        except UNREADABLE as error:
            raise InputsError(
                f"{shown(path)} is not a readable .npz file: {error}", remedy=REMEDY
            ) from error


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, Array]:
    entries = archive.infolist()
    claimed_bytes = sum(entry.file_size for entry in entries)
    if claimed_bytes > LIMIT_BYTES:
        raise ValueError(f"it claims to hold {claimed_bytes} bytes, more than {LIMIT_BYTES}")
    if len({entry.filename for entry in entries}) < len(entries):
        raise ValueError("a name occurs twice in it")
    arrays = {
        entry.filename.removesuffix(SUFFIX): _member(archive, entry)
        for entry in entries
        if entry.filename.endswith(SUFFIX)
    }
    if not arrays:
        raise ValueError("it holds no arrays")
    for name, array in arrays.items():
        _check(name, array, path)
    return arrays


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Array:
    with archive.open(entry) as member:
        version = np.lib.format.read_magic(member)
        read_header = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read_header(member)
        size_bytes = int(np.prod(shape, dtype=object)) * dtype.itemsize
        if dtype.hasobject:
            raise ValueError(f"{entry.filename!r} holds Python objects")
        if size_bytes != entry.file_size - member.tell():
            raise ValueError(f"{entry.filename!r} claims the shape {shape} and holds another")
    with archive.open(entry) as member:
        array: Array = np.lib.format.read_array(member, allow_pickle=False)
    made = np.asarray(array, dtype=array.dtype.newbyteorder("="), order="C")
    if made.dtype.kind == "U" and not _are_characters(made):
        raise ValueError(f"{entry.filename!r} holds codes that are no characters")
    return made


def _are_characters(texts: Array) -> bool:
    """Whether each code stands for a character; numpy itself fails on others when it reads them."""
    codes = texts.reshape(-1).view(np.uint32) if texts.size and texts.itemsize else np.zeros(0)
    return not np.any((codes >= LAST_CODE) | ((codes >= SURROGATES[0]) & (codes < SURROGATES[1])))


def _check(name: str, array: Array, path: Path) -> None:
    if "\0" in name or name != name.encode("utf-8", "replace").decode():
        raise InputsError(f"{name!r} is no name for an array in {shown(path)}", remedy=REMEDY)
    if array.dtype.kind not in KINDS:
        raise InputsError(
            f"{name!r} in {shown(path)} holds {array.dtype}, neither numbers nor texts",
            remedy=REMEDY,
        )

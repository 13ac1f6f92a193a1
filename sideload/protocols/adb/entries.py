"""What `sync:` says of files: status and folder entries, each in an old and a new form.

The old form has sizes modulo 2^32, and says nothing about why a path has no status.
"""

import os
import struct
from typing import Any, Final, NamedTuple

from sideload.errors import ProtocolError
from sideload.protocols.adb import sync
from sideload.protocols.adb.packets import REMEDY, Data

_STAT_V1: Final = struct.Struct("<4s3I")
_STAT_V2: Final = struct.Struct("<4sI2Q4IQ3q")
_LENGTH: Final = struct.Struct("<I")
_WORD: Final = 0xFFFFFFFF
_ENTRY, _ENTRY_V2 = b"DENT", b"DNT2"
_MOST_NAME: Final = 255 * 4

# How many bytes an answer has; an entry's are those before its name.
STAT_V1_SIZE: Final = _STAT_V1.size
STAT_V2_SIZE: Final = _STAT_V2.size
ENTRY_V1_SIZE: Final = _STAT_V1.size + _LENGTH.size
ENTRY_V2_SIZE: Final = _STAT_V2.size + _LENGTH.size

END_OF_LIST_V1: Final = sync.DONE + bytes(ENTRY_V1_SIZE - len(sync.DONE))
END_OF_LIST_V2: Final = sync.DONE + bytes(ENTRY_V2_SIZE - len(sync.DONE))


class Status(NamedTuple):
    """What a device says of one path: mode bits, size in bytes, seconds since 1970.

    The old form has no inode (0).
    """

    mode: int
    size_bytes: int
    mtime: int
    inode: int


def stat_v1(status: os.stat_result | None) -> bytes:
    """The old answer; all zero for no status."""
    if status is None:
        return _STAT_V1.pack(sync.STAT, 0, 0, 0)
    return _STAT_V1.pack(
        sync.STAT, status.st_mode, status.st_size & _WORD, int(status.st_mtime) & _WORD
    )


def stat_v2(name: bytes, status: os.stat_result | None, error: int = 0) -> bytes:
    """The new answer to the request `name`; `error` is an `errno` where there is no status."""
    if status is None:
        return _STAT_V2.pack(name, error, *[0] * 10)
    return _STAT_V2.pack(
        name,
        0,
        status.st_dev,
        status.st_ino,
        status.st_mode,
        status.st_nlink,
        status.st_uid,
        status.st_gid,
        status.st_size,
        int(status.st_atime),
        int(status.st_mtime),
        int(status.st_ctime),
    )


def entry_v1(name: bytes, status: os.stat_result) -> bytes:
    """One old entry of a folder."""
    head = _ENTRY + stat_v1(status)[len(_ENTRY) :]
    return head + _LENGTH.pack(len(name)) + name


def entry_v2(name: bytes, status: os.stat_result) -> bytes:
    """One new entry of a folder."""
    return stat_v2(_ENTRY_V2, status) + _LENGTH.pack(len(name)) + name


def parse_stat_v1(data: Data) -> Status | None:
    """Read an old answer; None where there is no such path.

    Raises:
        ProtocolError: This is none.
    """
    name, mode, size, mtime = _unpacked(_STAT_V1, data)
    _expect(name, sync.STAT)
    return Status(mode, size, mtime, 0) if mode else None


def parse_stat_v2(data: Data) -> tuple[Status | None, int]:
    """Read a new answer: the status, or else None and the device's `errno`.

    Raises:
        ProtocolError: This is none.
    """
    name, error, *numbers = _unpacked(_STAT_V2, data)
    _expect(name, sync.STAT_V2, sync.LSTAT_V2)
    _, inode, mode, _, _, _, size, _, mtime, _ = numbers
    return (None, error) if error else (Status(mode, size, mtime, inode), 0)


def parse_entry(data: Data) -> tuple[Status, int] | None:
    """Read what comes before an entry's name: its status, and the name's length in bytes.

    Either form will do. None at the end of the list.

    Raises:
        ProtocolError: This is none, or the name is too long for any file system.
    """
    form = _STAT_V2 if len(data) == ENTRY_V2_SIZE else _STAT_V1
    name, *numbers = _unpacked(form, data[: form.size])
    if name == sync.DONE:
        return None
    _expect(name, _ENTRY if form is _STAT_V1 else _ENTRY_V2)
    (length,) = _unpacked(_LENGTH, data[form.size :])
    if length > _MOST_NAME:
        raise ProtocolError(f"a file's name claims {length} bytes", remedy=REMEDY)
    if form is _STAT_V1:
        mode, size, mtime = numbers
        return Status(mode, size, mtime, 0), length
    return Status(numbers[3], numbers[7], numbers[9], numbers[2]), length


def parse_name(data: Data) -> str:
    """An entry's name, which is never a path.

    Raises:
        ProtocolError: It is; used as one, it could lead anywhere.
    """
    name = bytes(data).decode("utf-8", "surrogateescape")
    if not name or "/" in name or "\0" in name:
        raise ProtocolError(f"no file can be called {name!r}", remedy=REMEDY)
    return name


def _unpacked(form: struct.Struct, data: Data) -> tuple[Any, ...]:
    if len(data) != form.size:
        raise ProtocolError(f"an answer has {len(data)} bytes, not {form.size}", remedy=REMEDY)
    return form.unpack(data)


def _expect(name: object, *known: bytes) -> None:
    if name not in known:
        raise ProtocolError(f"adb sync answers nothing called {name!r}", remedy=REMEDY)

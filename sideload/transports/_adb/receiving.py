"""Fetch files, and what is there, over `sync:`."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sideload.errors import DeviceGoneError, TransferError
from sideload.host import files
from sideload.protocols.adb import entries, sync
from sideload.protocols.adb.answers import Download
from sideload.protocols.adb.entries import Status
from sideload.transports import RemoteFile
from sideload.transports._adb.channel import Channel
from sideload.transports._adb.refusing import refusal

# As many questions as are asked before their answers are read: neither side's memory minds.
_AT_ONCE: Final = 256
# In the phone's numbers, which are Linux's.
_NO_SUCH_PATH: Final = frozenset({errno.ENOENT, errno.ENOTDIR})
# No system has so many; a larger one has no name, and may not even fit where it is looked up.
_NUMBERS: Final = 4096


def pull(channel: Channel, remote: str, local: Path, *, is_v2: bool) -> None:
    """Fetch one file; `local` appears whole or not at all.

    Raises:
        TransferError: The phone does not give it.
        HostFileError: It cannot be written here.
    """
    _ask(channel, sync.receive_request(remote, is_v2=is_v2))
    download = Download()
    with files.writing(local) as file:
        descriptor = file.fileno()
        while not download.is_done:
            payload = _payload(channel)
            _write(descriptor, download.feed(payload))
            channel.release(payload)
        if download.refusal is not None:
            raise refusal(remote, download.refusal)


def status(channel: Channel, paths: Sequence[str], *, is_v2: bool) -> list[RemoteFile | None]:
    """What the phone says of each path itself, links not followed; None where there is none.

    Before Android 8 sizes are modulo 2^32, and inodes are 0.

    Raises:
        TransferError: The phone does not say.
    """
    reader = _Reader(channel)
    found: list[RemoteFile | None] = []
    name = sync.LSTAT_V2 if is_v2 else sync.STAT
    for start in range(0, len(paths), _AT_ONCE):
        some = paths[start : start + _AT_ONCE]
        _ask(channel, b"".join(sync.request(name, path) for path in some))
        found += [_file(path, _answer(reader, path, is_v2=is_v2)) for path in some]
    return found


def listing(channel: Channel, folder: str, *, is_v2: bool) -> list[RemoteFile]:
    """What is in a folder; nothing where there is no such folder."""
    _ask(channel, sync.request(sync.LIST_V2 if is_v2 else sync.LIST, folder))
    reader = _Reader(channel)
    size_bytes = entries.ENTRY_V2_SIZE if is_v2 else entries.ENTRY_V1_SIZE
    found = []
    while (entry := entries.parse_entry(reader.exactly(size_bytes))) is not None:
        name = entries.parse_name(reader.exactly(entry[1]))
        if name not in {".", ".."}:
            found.append(_present(f"{folder}/{name}", entry[0]))
    return found


class _Reader:
    """So many bytes of a channel, however packets tear them."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._held = bytearray()

    def exactly(self, size_bytes: int) -> bytes:
        while len(self._held) < size_bytes:
            payload = _payload(self._channel)
            self._held += payload
            self._channel.release(payload)
        data = bytes(self._held[:size_bytes])
        del self._held[:size_bytes]
        return data


def _ask(channel: Channel, request: bytes) -> None:
    for start in range(0, len(request), channel.max_payload):
        channel.until_writable()
        channel.write(memoryview(request)[start : start + channel.max_payload])


def _payload(channel: Channel) -> memoryview:
    payload = memoryview(channel.read())
    if not payload and channel.is_closed:
        raise DeviceGoneError(
            "the phone stopped in the middle of an answer", remedy="run the command again"
        )
    return payload


def _write(descriptor: int, parts: list[memoryview]) -> None:
    while parts:
        written = os.writev(descriptor, parts)
        while parts and written >= len(parts[0]):
            written -= len(parts.pop(0))
        if written:
            parts[0] = parts[0][written:]


def _answer(reader: _Reader, path: str, *, is_v2: bool) -> Status | None:
    if not is_v2:
        return entries.parse_stat_v1(reader.exactly(entries.STAT_V1_SIZE))
    found, number = entries.parse_stat_v2(reader.exactly(entries.STAT_V2_SIZE))
    if number and number not in _NO_SUCH_PATH:
        reason = os.strerror(number) if number < _NUMBERS else f"error {number}"
        raise TransferError(
            f"the phone does not say what is at {path}: {reason}",
            remedy="set device_root in the target to a folder that the shell may read",
        )
    return found


def _file(path: str, found: Status | None) -> RemoteFile | None:
    return None if found is None else _present(path, found)


def _present(path: str, found: Status) -> RemoteFile:
    return RemoteFile(
        path=path,
        mode=found.mode,
        size_bytes=found.size_bytes,
        mtime=found.mtime,
        inode=found.inode,
    )

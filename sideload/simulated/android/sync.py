"""The service `sync:`: what files are there; `receiving` and `sending` carry what is in them."""

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from sideload.protocols.adb import entries, sync
from sideload.simulated.android.phone import Phone
from sideload.simulated.android.receiving import receive_v1, receive_v2
from sideload.simulated.android.sending import send_v1, send_v2
from sideload.simulated.android.stream import Stream

_Handler: TypeAlias = Callable[[Stream, Phone, bytes], Awaitable[None]]


async def serve(stream: Stream, phone: Phone) -> None:
    """Answer requests until the client quits, closes, or sends what is no request."""
    features = {"", *phone.abilities()}
    while True:
        name, size_bytes = sync.REQUEST.unpack(await stream.exactly(sync.REQUEST.size))
        feature, handler = _HANDLERS.get(name, (None, None))
        if handler is None or feature not in features or size_bytes > sync.MAX_PATH:
            if name != sync.QUIT:
                await stream.write(sync.fail("unknown request, or its path is too long"))
            return
        await handler(stream, phone, bytes(await stream.exactly(size_bytes)))


async def _stat_v1(stream: Stream, phone: Phone, path: bytes) -> None:
    try:
        status = phone.status(os.lstat(phone.files.entry(os.fsdecode(path))))
    except OSError:
        status = None
    await stream.write(entries.stat_v1(status))


def _stat_v2(name: bytes, find: Callable[[Phone, str], str]) -> _Handler:
    async def stat(stream: Stream, phone: Phone, path: bytes) -> None:
        try:
            status, error = phone.status(os.lstat(find(phone, os.fsdecode(path)))), 0
        except OSError as reason:
            status, error = None, reason.errno or 0
        await stream.write(entries.stat_v2(name, status, error))

    return stat


def _list(entry: Callable[[bytes, os.stat_result], bytes], end: bytes) -> _Handler:
    async def listing(stream: Stream, phone: Phone, path: bytes) -> None:
        found = b""
        # Like adbd, which says nothing where there is nothing.
        with suppress(OSError):
            folder = phone.files.target(os.fsdecode(path))
            found = b"".join(_entries(entry, folder, phone))
        await stream.write(found + end)

    return listing


def _entries(
    entry: Callable[[bytes, os.stat_result], bytes], folder: str, phone: Phone
) -> Iterator[bytes]:
    for name in (".", "..", *(file.name for file in Path(folder).iterdir())):
        with suppress(FileNotFoundError):  # gone since
            yield entry(os.fsencode(name), phone.status(os.lstat(f"{folder}/{name}")))
    for extra in phone.extra_names():
        yield entry(extra, os.lstat(folder))


# With the feature that each needs; the old ones need none.
_HANDLERS: Final[Mapping[bytes, tuple[str, _Handler]]] = {
    sync.STAT: ("", _stat_v1),
    sync.LSTAT_V2: (
        "stat_v2",
        _stat_v2(sync.LSTAT_V2, lambda phone, path: phone.files.entry(path)),
    ),
    sync.STAT_V2: ("stat_v2", _stat_v2(sync.STAT_V2, lambda phone, path: phone.files.target(path))),
    sync.LIST: ("", _list(entries.entry_v1, entries.END_OF_LIST_V1)),
    sync.LIST_V2: ("ls_v2", _list(entries.entry_v2, entries.END_OF_LIST_V2)),
    sync.SEND: ("", receive_v1),
    sync.SEND_V2_NAME: ("sendrecv_v2", receive_v2),
    sync.RECV: ("", send_v1),
    sync.RECV_V2_NAME: ("sendrecv_v2", send_v2),
}

"""The `sync:` service: requests for files, and the pieces and answers that follow them.

Everything starts with four letters and a number: a request is followed by so many bytes of path, a
`DATA` piece by so many bytes of content, a `FAIL` by so many bytes of reason. `entries` has the
answers about what is there, `answers` those about content.
"""

import struct
from typing import Final

from sideload.errors import TransferError

REQUEST: Final = struct.Struct("<4sI")
SEND_V2: Final = struct.Struct("<4sII")

STAT, STAT_V2, LSTAT_V2 = b"STAT", b"STA2", b"LST2"
LIST, LIST_V2 = b"LIST", b"LIS2"
SEND, SEND_V2_NAME = b"SEND", b"SND2"
RECV, RECV_V2_NAME = b"RECV", b"RCV2"
DATA, DONE, OKAY, FAIL, QUIT = b"DATA", b"DONE", b"OKAY", b"FAIL", b"QUIT"

# A flag of version 2, where the phone has `sendrecv_v2_zstd`.
ZSTD: Final = 4

# adbd takes no more in one piece, and no longer paths.
MAX_CHUNK: Final = 1 << 16
MAX_PATH: Final = 1024

STORED: Final = REQUEST.pack(OKAY, 0)
END_OF_FILE: Final = REQUEST.pack(DONE, 0)
END_OF_REQUESTS: Final = REQUEST.pack(QUIT, 0)


def request(name: bytes, path: str) -> bytes:
    """A request about one path.

    Raises:
        TransferError: adb cannot carry the path.
    """
    encoded = path.encode("utf-8", "surrogateescape")
    if not encoded or len(encoded) > MAX_PATH or b"\0" in encoded:
        raise TransferError(
            f"adb cannot carry the path {path[:80]!r} ({len(encoded)} bytes, at most {MAX_PATH})",
            remedy="use a shorter --model name or device_root",
        )
    return REQUEST.pack(name, len(encoded)) + encoded


def send_request(path: str, mode: int, *, is_v2: bool, flags: int = 0) -> bytes:
    """Announce a file whose content follows; `mode` has its type and permission bits.

    With the flag `ZSTD`, which is for version 2 only, the content is one Zstandard frame.
    """
    if is_v2:
        return request(SEND_V2_NAME, path) + SEND_V2.pack(SEND_V2_NAME, mode, flags)
    return request(SEND, f"{path},{mode}")


def receive_request(path: str, *, is_v2: bool) -> bytes:
    """Ask for a file's content."""
    if is_v2:
        return request(RECV_V2_NAME, path) + REQUEST.pack(RECV_V2_NAME, 0)
    return request(RECV, path)


def done(mtime: int) -> bytes:
    """The end of a file's content; `mtime` is in seconds since 1970."""
    return REQUEST.pack(DONE, mtime & 0xFFFFFFFF)


def fail(reason: str) -> bytes:
    """Say why not."""
    encoded = reason.encode("utf-8", "replace")
    return REQUEST.pack(FAIL, len(encoded)) + encoded


def content_room(packet: memoryview, start: int, size_bytes: int) -> list[memoryview]:
    """Where up to `size_bytes` of content go in a packet from `start` on, headers left out.

    Read a file straight into these, then let `frame_content` write the headers.
    """
    room = []
    while size_bytes > 0 and start + REQUEST.size < len(packet):
        start += REQUEST.size
        piece = packet[start : start + min(size_bytes, MAX_CHUNK)]
        room.append(piece)
        start += len(piece)
        size_bytes -= len(piece)
    return room


def frame_content(packet: memoryview, start: int, size_bytes: int) -> int:
    """Write the headers of `size_bytes` that stand in `content_room`; where the next thing goes."""
    while size_bytes:
        piece = min(size_bytes, MAX_CHUNK, len(packet) - start - REQUEST.size)
        REQUEST.pack_into(packet, start, DATA, piece)
        start += REQUEST.size + piece
        size_bytes -= piece
    return start

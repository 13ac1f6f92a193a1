"""Faults of what the phone says of files, and of what it gives for them."""

import errno
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sideload.protocols.adb import packets, sync
from sideload.protocols.adb.packets import Packet
from sideload.simulated.android.faults.fault import CountingFault, Fault
from sideload.simulated.android.identity import Identity

_WORD: Final = 0xFFFFFFFF
_HUGE: Final = 1 << 63
_SIZE: Final = 6  # where a status has it
# Zstandard for a gigabyte of zeros: a frame's head without its size, blocks of one byte that is to
# be repeated 128 KiB times, and a last one.
_ZSTD_HEAD: Final = bytes.fromhex("28b52ffd0050")
_BLOCK_BYTES: Final = 1 << 17
_RUN: Final = 1 << 1
_BLOCKS: Final = (1 << 30) // _BLOCK_BYTES


class FailMidPush(CountingFault):
    """Says FAIL in the middle of a file, once so many bytes have been written in all."""

    name = "fail-mid-push"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.stored_bytes = 0

    def stored(self, size_bytes: int) -> None:
        """Refuse past the limit, as a broken disk does."""
        self.stored_bytes += size_bytes
        if self.stored_bytes > self.limit:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


class HugeSizes(Fault):
    """Says that every file has 2^63 bytes, which the older answer cuts to 0."""

    name = "huge-sizes"

    def status(self, status: os.stat_result) -> os.stat_result:
        """The same with another size."""
        return os.stat_result((*status[:_SIZE], _HUGE, *status[_SIZE + 1 :]))


class EvilNames(Fault):
    """Lists `../../evil`, names with line ends and names that are no text in every folder."""

    name = "evil-names"

    def extra_names(self) -> Sequence[bytes]:
        """The harmless ones first."""
        return (b"two\nlines", b"no\xfftext", b"\x1b[31mred", b"../../evil")


class HugePiece(Fault):
    """Gives files in pieces that claim 4 GiB each."""

    name = "huge-piece"

    def content(self, *, is_compressed: bool) -> bytes:
        """One such piece, of which little comes."""
        del is_compressed
        return sync.REQUEST.pack(sync.DATA, _WORD) + bytes(1000)


class HugeReason(Fault):
    """Refuses files for a reason that claims 4 GiB."""

    name = "huge-reason"

    def content(self, *, is_compressed: bool) -> bytes:
        """Such a reason, of which little comes."""
        del is_compressed
        return sync.REQUEST.pack(sync.FAIL, _WORD) + b"because " * 100


class TornFile(Fault):
    """Stops in the middle of each file that it gives, without a word."""

    name = "torn-file"

    def content(self, *, is_compressed: bool) -> bytes:
        """Half of a piece, and then no end."""
        del is_compressed
        return sync.REQUEST.pack(sync.DATA, 2000) + bytes(1000)


class WrongContent(Fault):
    """Gives every file with its first byte changed, as a bad cable would."""

    name = "wrong-content"

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """The same with another byte behind the first header."""
        first, payload = sync.REQUEST.size, bytes(packet.payload)
        is_content = packet.command == packets.WRTE and payload.startswith(sync.DATA)
        if not is_content or len(payload) <= first:
            return (packet,)
        changed = payload[:first] + bytes([payload[first] ^ 1]) + payload[first + 1 :]
        return (packet._replace(payload=changed),)


class ZipBomb(Fault):
    """Where compressed content is asked for, gives 33 KB of Zstandard that become a gigabyte."""

    name = "zip-bomb"

    def identity(self, identity: Identity) -> Identity:
        """One that takes such files, too."""
        features = (*identity.features, "sendrecv_v2_zstd")
        return replace(identity, features=features)

    def content(self, *, is_compressed: bool) -> bytes:
        """The bomb, and a proper end."""
        if not is_compressed:
            return b""
        bomb = _ZSTD_HEAD + _block(is_last=False) * (_BLOCKS - 1) + _block(is_last=True)
        return sync.REQUEST.pack(sync.DATA, len(bomb)) + bomb + sync.END_OF_FILE


def _block(*, is_last: bool) -> bytes:
    return (_BLOCK_BYTES << 3 | _RUN | is_last).to_bytes(3, "little") + b"\0"

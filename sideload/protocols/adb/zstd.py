"""A file's content as one Zstandard frame, whose first blocks may be stored as they are.

adbd reads one frame a file. Which way a sender takes it may only find out on the way: up to any
point it stores blocks, from there on it compresses, and the reader notices nothing.
"""

from typing import Final

import zstandard

from sideload.protocols.adb.packets import Data

# A block's header: last or not, kind and size, in three bytes.
BLOCK_HEAD: Final = 3
# At most 128 KiB by the format.
MOST_STORED: Final = 1 << 17
_LAST: Final = 1
_SIZE_SHIFT: Final = 3

# The fastest of the usual ones, as native adb has it.
_LEVEL: Final = 1
_WINDOW_LOG: Final = 19
_LEAST_WINDOW_LOG: Final = 10
_MAGIC: Final = b"\x28\xb5\x2f\xfd"
# No checksum, no size, no dictionary; then the window, whose exponent is above three bits.
HEAD: Final = _MAGIC + bytes([0, (_WINDOW_LOG - _LEAST_WINDOW_LOG) << 3])


class Frame:
    """Gives the parts of the frame after `HEAD`: first stored blocks, then compressed ones."""

    def __init__(self) -> None:
        parameters = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL,
            window_log=_WINDOW_LOG,
            write_content_size=False,
            write_checksum=False,
            write_dict_id=False,
        )
        self._inner = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
        self._is_compressed = False
        self._is_headless = False

    @staticmethod
    def stored(size_bytes: int) -> bytes:
        """What comes before so many bytes that follow as they are, at most `MOST_STORED`."""
        return (size_bytes << _SIZE_SHIFT).to_bytes(BLOCK_HEAD, "little")

    def compressed(self, data: Data) -> bytes:
        """What is to be sent for `data` now, perhaps nothing yet; no stored block may follow."""
        self._is_compressed = True
        return self._beheaded(self._inner.compress(data))

    def end(self) -> bytes:
        """The rest of the frame."""
        if not self._is_compressed:
            return _LAST.to_bytes(BLOCK_HEAD, "little")
        return self._beheaded(self._inner.flush())

    def _beheaded(self, data: bytes) -> bytes:
        # The compressor's own beginning of a frame was sent before the stored blocks.
        if data and not self._is_headless:
            self._is_headless = True
            return data[len(HEAD) :]
        return data


def gain(samples: list[bytes]) -> float:
    """How many times as large as compressed these samples of a file are, each on its own."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    size_bytes = sum(map(len, samples))
    return size_bytes / max(1, sum(len(compressor.compress(sample)) for sample in samples))

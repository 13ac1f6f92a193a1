"""Send files to the store's `incoming`, large ones so that a broken connection loses nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sideload.errors import DeviceFullError
from sideload.host import quantities
from sideload.transports import Connection, Push
from sideload.values import PayloadFile

# adbd deletes a pushed file that is not whole, so from this size on files are appended instead.
# That is slower for many small ones, which are cheap to send again.
_APPENDED_FROM_BYTES: Final = 8 << 20
_MAKE_ROOM: Final = "sideload clean --device, or delete something on the phone"


class Upload:
    """Sends to one device; counts what went over the wire, and what did not have to."""

    def __init__(self, connection: Connection, root: str, progress: Callable[[int], None]) -> None:
        self.sent_bytes = 0
        self.skipped_bytes = 0
        self._connection = connection
        self._root = root
        self._progress = progress

    def skip(self, size_bytes: int) -> None:
        """Count bytes that the device has already."""
        self.skipped_bytes += size_bytes
        self._progress(size_bytes)

    def send(
        self, files: Iterable[PayloadFile], parts: Mapping[str, int], free_bytes: int | None
    ) -> None:
        """Bring each file to `incoming`, where `parts` says how much of it is there already.

        Raises:
            DeviceFullError: There is less than is needed of `free_bytes`; nothing was sent then.
        """
        files = list(files)
        needed = sum(file.file.size_bytes - _there(file, parts) for file in files)
        if free_bytes is not None and needed > free_bytes:
            raise self._full("has too little space", needed, free_bytes)
        try:
            self._send(files, parts)
        except DeviceFullError as error:
            raise self._full(error.problem, needed, free_bytes) from error

    def _send(self, files: list[PayloadFile], parts: Mapping[str, int]) -> None:
        small = [file for file in files if file.file.size_bytes < _APPENDED_FROM_BYTES]
        if small:
            pushes = [Push(local=each.file.path, remote=self._place(each)) for each in small]
            self._connection.push(pushes, progress=self._sent)
        for file in files:
            offset = _there(file, parts)
            if file not in small:
                self.skip(offset)
                if offset < file.file.size_bytes:
                    place = self._place(file)
                    self._connection.append(file.file.path, place, offset, progress=self._sent)

    def _sent(self, size_bytes: int) -> None:
        self.sent_bytes += size_bytes
        self._progress(size_bytes)

    def _place(self, file: PayloadFile) -> str:
        return f"{self._root}/incoming/{file.file.sha256}.part"

    def _full(self, problem: str, needed: int, free_bytes: int | None) -> DeviceFullError:
        free = "unknown" if free_bytes is None else quantities.size(free_bytes)
        return DeviceFullError(
            f"{self._connection.device.serial}: {problem}"
            f" ({quantities.size(needed)} needed, {free} available)",
            remedy=_MAKE_ROOM,
        )


def _there(file: PayloadFile, parts: Mapping[str, int]) -> int:
    """Bytes of the file that need not be sent; a part that is too long is no part of it."""
    size_bytes = file.file.size_bytes
    part_bytes = parts.get(file.file.sha256, 0)
    is_appended = size_bytes >= _APPENDED_FROM_BYTES
    return part_bytes if is_appended and part_bytes <= size_bytes else 0

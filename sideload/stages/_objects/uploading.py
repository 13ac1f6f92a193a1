"""Send what a device lacks to the store's `incoming`, so that a broken connection loses little."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sideload.errors import DeviceCommandError
from sideload.host import chunks
from sideload.stages._objects.assembling import assemble, piece
from sideload.stages._objects.delivering import Delivery
from sideload.transports import Connection, Push
from sideload.values import PayloadFile


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

    def bring(self, deliveries: Sequence[Delivery], incoming: Mapping[str, int]) -> dict[str, str]:
        """Bring each file to `incoming`, which holds so many bytes of each path already.

        Returns:
            The path of each file in the store, and the SHA-256 that it should have.
        """
        self.skip(sum(one.size_bytes - one.to_send_bytes(incoming) for one in deliveries))
        pushes = [push for one in deliveries for push in self._pushes(one, incoming)]
        if pushes:
            self._connection.push(pushes, progress=self._sent)
        for one in deliveries:
            offset = one.there_bytes(incoming)
            if one.is_appended and offset < one.size_bytes:
                place = f"{self._root}/{one.part}"
                self._connection.append(one.file.file.path, place, offset, progress=self._sent)
        return {self._put_together(one): one.sha256 for one in deliveries}

    def indexes(self, files: Iterable[PayloadFile]) -> list[str]:
        """Bring the indexes of those files that have one here; the hashes of which those are."""
        found = [file.file.sha256 for file in files if chunks.kept(file.file.sha256).is_file()]
        if found:
            self._connection.push(
                [
                    Push(
                        local=chunks.kept(sha256),
                        remote=f"{self._root}/incoming/{sha256}.index",
                    )
                    for sha256 in found
                ]
            )
        return found

    def _pushes(self, one: Delivery, incoming: Mapping[str, int]) -> list[Push]:
        local = one.file.file.path
        if one.steps:
            return [
                Push(
                    local=local,
                    remote=f"{self._root}/{piece(one.sha256, step)}",
                    offset=step.start,
                    size_bytes=step.size_bytes,
                )
                for step in one.missing(incoming)
            ]
        if one.is_appended or (one.size_bytes and not one.to_send_bytes(incoming)):
            return []
        return [Push(local=local, remote=f"{self._root}/{one.part}")]

    def _put_together(self, one: Delivery) -> str:
        if not one.steps:
            return one.part
        try:
            return assemble(self._connection, self._root, one.sha256, one.steps)
        except DeviceCommandError:
            # Something that it is made of has gone meanwhile; sending it straight needs nothing.
            return one.part

    def _sent(self, size_bytes: int) -> None:
        self.sent_bytes += size_bytes
        self._progress(size_bytes)

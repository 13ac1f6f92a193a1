"""An open connection through an adb server, which outlives the server where that is possible."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from sideload.errors import DeviceError, DeviceGoneError
from sideload.protocols.adb import states
from sideload.transports import Completed, Held, Push, RemoteFile
from sideload.transports._adb.agreement import Agreement
from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb_server import tracking, trouble
from sideload.transports._adb_server.asking import AbsentError, FailError
from sideload.transports._adb_server.place import Place
from sideload.transports._adb_server.regained import RegainedHold
from sideload.transports._adb_server.services import ServerServices

T = TypeVar("T")
Progress = Callable[[int], None] | None

# A server that ends again and again is not waited for forever.
_MOST_RETURNS: Final = 3
# Whatever is continued begins at the border of such a piece at the latest.
_PIECE_BYTES: Final = 1 << 20


class ServerConnection(AdbConnection):
    """One device. What can be repeated or continued is, when the server ends in the middle of it.

    A command is not: nobody knows how far it came.
    """

    def __init__(
        self, place: Place, serial: str, agreement: Agreement, services: ServerServices
    ) -> None:
        self._place = place
        self._serial = serial
        self._server = services
        self._holds: list[RegainedHold] = []
        services.restored = self._regain
        super().__init__(serial, agreement, services, transport="adb_server")

    def run(
        self,
        command: str,
        *,
        timeout_s: float = 60.0,
        stdin: bytes = b"",
        on_stdout: Callable[[bytes], None] | None = None,
    ) -> Completed:
        """Run a shell command on the device; `timeout_s` bounds each silence of it."""
        try:
            return super().run(command, timeout_s=timeout_s, stdin=stdin, on_stdout=on_stdout)
        except DeviceGoneError as error:
            if self._server.has_ended():
                raise DeviceGoneError(
                    "the adb server ended while the phone ran a command",
                    remedy="run the command again, which goes on from here",
                ) from error
            raise self._explained(error) from error

    def hold(self, command: str) -> AbstractContextManager[Held]:
        """Run a shell command for as long as the block, begun again where the server ends."""
        return RegainedHold(partial(super().hold, command), self._holds)

    def push(self, files: Sequence[Push], *, progress: Progress = None) -> None:
        """Send files, all in one channel; `progress` is told the bytes sent since its last call."""
        told = _Told(progress)

        def act() -> None:
            told.begin(0)
            super(ServerConnection, self).push(files, progress=told.advance)

        self._surviving(act)

    def append(self, local: Path, remote: str, offset: int, *, progress: Progress = None) -> None:
        """Continue `remote`, which already holds at least the first `offset` bytes of `local`.

        Raises:
            TransferError: It holds fewer bytes.
        """
        told = _Told(progress)
        began = False

        def act() -> None:
            nonlocal began
            reached = self._reached(local, remote, offset) if began else offset
            began = True
            told.begin(reached - offset)
            super(ServerConnection, self).append(local, remote, reached, progress=told.advance)

        self._surviving(act)

    def pull(self, remote: str, local: Path) -> None:
        """Fetch one file; `local` appears whole or not at all."""
        self._surviving(lambda: super(ServerConnection, self).pull(remote, local))

    def stat(self, paths: Iterable[str]) -> list[RemoteFile | None]:
        """What the device says of each path, links not followed; None where there is none."""
        asked = list(paths)
        return self._surviving(lambda: super(ServerConnection, self).stat(asked))

    def list(self, folder: str) -> "list[RemoteFile]":
        """What is in a folder; nothing where there is none."""
        return self._surviving(lambda: super(ServerConnection, self).list(folder))

    def _regain(self) -> None:
        for hold in list(self._holds):
            hold.again()

    def _surviving(self, act: Callable[[], T]) -> T:
        """What `act` gives, done again each time that the server ends in the middle of it."""
        for _ in range(_MOST_RETURNS):
            try:
                return act()
            except DeviceGoneError as error:
                if not self._server.has_ended():
                    raise self._explained(error) from error
                self._server.restore()
        return act()

    def _reached(self, local: Path, remote: str, offset: int) -> int:
        """How much of `local` the phone has by now, in whole pieces.

        What a command of before still writes there is the same at the same place.
        """
        (found,) = super().stat([remote])
        now = min(found.size_bytes if found is not None else 0, local.stat().st_size)
        return max(offset, now - now % _PIECE_BYTES)

    def _explained(self, error: DeviceGoneError) -> DeviceError:
        """What the server says of a phone that fell silent; else the error itself."""
        try:
            listed = tracking.once(self._place)
        except (AbsentError, FailError, DeviceError):
            return error
        found = next((device for device in listed if device.serial == self._serial), None)
        if found is None:
            return DeviceGoneError(
                f"{self._serial} is not attached any more",
                remedy="connect it again, then run the command again, which continues",
            )
        return error if found.state == states.READY else trouble.of_state(found)


class _Told:
    """Progress that says nothing twice, however often the same is sent."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._most = 0
        self._now = 0

    def begin(self, done_bytes: int) -> None:
        """So much is done before anything more is sent."""
        self._now = 0
        self.advance(done_bytes)

    def advance(self, done_bytes: int) -> None:
        """So much more was sent."""
        self._now += done_bytes
        fresh = self._now - self._most
        if fresh > 0:
            self._most = self._now
            if self._progress is not None:
                self._progress(fresh)

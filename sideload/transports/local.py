"""This machine as a device: no phone and no wire, only folders and a shell."""

import contextlib
import errno
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import IO, Final

from sideload.errors import DeviceFullError, HostFileError, NoDeviceError, TransferError
from sideload.host import files, machine
from sideload.transports import (
    Completed,
    Connection,
    Held,
    Push,
    RemoteFile,
    Transport,
    _held,
    _shell,
)
from sideload.values import Device

SERIAL: Final = "local"
PIECE_BYTES: Final = 1 << 20
MAKE_ROOM: Final = "sideload clean, or set device_root in the target to a folder with room"
OTHERWISE: Final = "set device_root in the target to a folder that you may write"
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class LocalConnection:
    """Files and commands on this machine."""

    @property
    def device(self) -> Device:
        """This machine."""
        return _this_machine()

    def run(
        self,
        command: str,
        *,
        timeout_s: float = 60.0,
        stdin: bytes = b"",
        on_stdout: Callable[[bytes], None] | None = None,
    ) -> Completed:
        """Run a shell command; `timeout_s` bounds each silence of it."""
        return _shell.run(command, timeout_s=timeout_s, stdin=stdin, on_stdout=on_stdout)

    def hold(self, command: str) -> contextlib.AbstractContextManager[Held]:
        """Run a shell command for as long as the block."""
        return _held.held(command)

    def push(self, files: Sequence[Push], *, progress: Callable[[int], None] | None = None) -> None:
        """Copy files; `progress` is told the bytes copied since its last call."""
        for file in files:
            remote = Path(file.remote)
            with _reading(file.local) as source, _explained(file.remote):
                remote.parent.mkdir(parents=True, exist_ok=True)
                source.seek(file.offset)
                with remote.open("wb") as target:
                    copied = _copy(source, target, progress, file.size_bytes)
                remote.chmod(file.mode)
            if file.size_bytes not in {None, copied}:
                raise HostFileError(
                    f"{file.local} became shorter while it was copied",
                    remedy="run the command again when it is whole",
                )

    def append(
        self,
        local: Path,
        remote: str,
        offset: int,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Continue `remote`, which already holds at least the first `offset` bytes of `local`.

        Raises:
            TransferError: It holds fewer bytes.
        """
        path = Path(remote)
        with _reading(local) as source, _explained(remote):
            if offset and path.stat().st_size < offset:
                raise TransferError(
                    f"{remote} does not hold {offset} bytes any more",
                    remedy="run the command again, when no other run uses this folder",
                )
            source.seek(offset)
            with path.open("r+b" if offset else "wb") as target:
                target.seek(offset)
                _copy(source, target, progress)

    def pull(self, remote: str, local: Path) -> None:
        """Copy one file here; `local` appears whole or not at all."""
        with (
            _explained(remote),
            Path(remote).open("rb") as source,
            files.writing(local) as target,
        ):
            _copy(source, target, None)

    def stat(self, paths: Iterable[str]) -> list[RemoteFile | None]:
        """What the file system says of each path, links not followed; None where it has none."""
        return [_stat(path) for path in paths]

    def close(self) -> None:
        """Nothing is held."""


class Local:
    """The one device that is always there."""

    def devices(self) -> tuple[Device, ...]:
        """This machine."""
        return (_this_machine(),)

    def changes(self, stop: Event) -> Iterator[tuple[Device, ...]]:
        """This machine, which does not change."""
        del stop
        yield self.devices()

    def can_be(self, serial: str) -> bool:
        """Only this machine's own name."""
        return serial == SERIAL

    def describe(self, serial: str) -> Device:
        """This machine, which can always be used."""
        del serial
        return _this_machine()

    def connect(self, serial: str, *, timeout_s: float = 30.0) -> Connection:
        """A connection to this machine; nothing is waited for.

        Raises:
            NoDeviceError: `serial` is another one than `local`.
        """
        del timeout_s
        if serial != SERIAL:
            raise NoDeviceError(
                f"this machine is called {SERIAL!r}, not {serial!r}", remedy=f"--device {SERIAL}"
            )
        return LocalConnection()


def _this_machine() -> Device:
    return Device(
        serial=SERIAL,
        transport="local",
        simulated=False,
        model="this machine",
        system=f"{platform.system()} {platform.release()}",
        abi=machine.abi() or "unknown",
        facts={"cores": str(os.cpu_count() or 1)},
    )


def _copy(
    source: IO[bytes],
    target: IO[bytes],
    progress: Callable[[int], None] | None,
    most_bytes: int | None = None,
) -> int:
    """Copy to the end, or no more than `most_bytes`; how many bytes that was."""
    copied = 0
    rest = sys.maxsize if most_bytes is None else most_bytes
    while piece := source.read(min(PIECE_BYTES, rest - copied)):
        target.write(piece)
        copied += len(piece)
        if progress is not None:
            progress(len(piece))
    return copied


def _stat(path: str) -> RemoteFile | None:
    with _explained(path):
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
    return RemoteFile(
        path=path,
        mode=status.st_mode,
        size_bytes=status.st_size,
        mtime=int(status.st_mtime),
        inode=status.st_ino,
    )


@contextlib.contextmanager
def _reading(local: Path) -> Iterator[IO[bytes]]:
    try:
        file = local.open("rb")
    except OSError as error:
        raise HostFileError(
            f"cannot read {local}: {error.strerror}", remedy="check the path: ls -l shows it"
        ) from error
    with file:
        yield file


@contextlib.contextmanager
def _explained(remote: str) -> Iterator[None]:
    """Turn an `OSError` inside into a sentence about a file of the device."""
    try:
        yield
    except OSError as error:
        problem = f"this machine refused {remote}: {error.strerror or error}"
        if error.errno in FULL:
            raise DeviceFullError(problem, remedy=MAKE_ROOM) from error
        raise TransferError(problem, remedy=OTHERWISE) from error


ADAPTER: Final[Transport] = Local()

"""How bytes and commands reach a device; one file per way, found by its name."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Protocol

from sideload.host import discover
from sideload.values import Device


@dataclass(frozen=True, kw_only=True)
class Completed:
    """How a command on a device ended."""

    exit_code: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True, kw_only=True)
class Push:
    """One file on its way to a device: local path, absolute remote path, permission bits.

    `offset` and `size_bytes` cut a piece out of the local file, which then is the whole remote one;
    without a size it goes to the end.
    """

    local: Path
    remote: str
    mode: int = 0o644
    offset: int = 0
    size_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """What a device says of one path: mode bits, size in bytes, seconds since 1970."""

    path: str
    mode: int
    size_bytes: int
    mtime: int
    inode: int


class Held(Protocol):
    """A command that goes on for as long as it is held."""

    def line(self, timeout_s: float) -> bytes | None:
        """The next line that it prints, to either output, without its end; None where it ended.

        Raises:
            DeviceGoneError: The connection broke, or nothing came for `timeout_s`.
        """


class Connection(Protocol):
    """An open connection to one device. Every method raises a `DeviceError` on trouble."""

    @property
    def device(self) -> Device:
        """The device at the other end, as it described itself."""

    def run(
        self,
        command: str,
        *,
        timeout_s: float = 60.0,
        stdin: bytes = b"",
        on_stdout: Callable[[bytes], None] | None = None,
    ) -> Completed:
        """Run a shell command on the device; `on_stdout` sees the bytes as they arrive.

        `timeout_s` bounds the silence between two packets, not the whole command.
        """

    def hold(self, command: str) -> AbstractContextManager[Held]:
        """Run a shell command for as long as the block, its input open and empty.

        The command sees the end of its input, and may be ended by a signal, when the block is left,
        when this process dies, and when the connection breaks.
        """

    def push(self, files: Sequence[Push], *, progress: Callable[[int], None] | None = None) -> None:
        """Send files; `progress` is told the bytes sent since its last call."""

    def append(
        self,
        local: Path,
        remote: str,
        offset: int,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Continue `remote`, which already holds at least the first `offset` bytes of `local`.

        It may begin a little before `offset`. What is written goes to its own place in the file,
        so that nothing is harmed if an interrupted run is still writing the same.
        """

    def pull(self, remote: str, local: Path) -> None:
        """Fetch one file; `local` appears whole or not at all."""

    def stat(self, paths: Iterable[str]) -> list[RemoteFile | None]:
        """What the device says of each path, in order; None where there is no such path."""

    def close(self) -> None:
        """Let go of the device."""


class Transport(Protocol):
    """One way to reach devices."""

    def devices(self) -> tuple[Device, ...]:
        """Every device that this way can see now, with its state; none is opened for long."""

    def changes(self, stop: Event) -> Iterator[tuple[Device, ...]]:
        """The devices now, and again after each change, until `stop` is set."""

    def can_be(self, serial: str) -> bool:
        """Could a device of this way be called that, so far as the name alone tells?"""

    def describe(self, serial: str) -> Device:
        """The device of that name, whether it is listed or not; `state` says if it can be used."""

    def connect(self, serial: str, *, timeout_s: float = 30.0) -> Connection:
        """Open a connection; `timeout_s` bounds the handshake and each silence after it.

        Raises:
            NoDeviceError: No such device.
            RefusedError: Nothing listens there.
            UnauthorizedError: The device does not trust this machine's key.
        """


def get(name: str) -> Transport:
    """The transport of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Transport = discover.load("transports", name)
    return adapter

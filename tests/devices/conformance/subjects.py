"""The phones that the one suite runs against: simulated or a real adbd, new or as old ones were."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import pytest

from sideload import simulated, transports
from sideload.transports._adb.connection import AdbConnection
from tests.devices.real_adbd import RealPhone, real_adbd, required
from tests.requires import require

TIMEOUT_S: Final = 20.0
TMP: Final = "/data/local/tmp"
# What a phone says where a file cannot be.
READ_ONLY: Final = "Read-only file system"
FULL: Final = "No space left on device"
# What Android 6 had not: the newer shell, and the newer forms of everything over `sync:`.
_LATER: Final = ("delayed_ack", "shell_v2", "cmd", "stat_v2", "ls_v2", "sendrecv_v2")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A phone that runs on this host.

    Attributes:
        address: Where it listens, `127.0.0.1:PORT`.
        tmp: What it calls the folder that everybody may write to.
        pid: Of the process group that it is.
        on_host: Where this machine keeps a file of the phone.
        transport: The way to it.
        is_old: Whether it has only what Android 6 had.
    """

    address: str
    tmp: str
    pid: int
    on_host: Callable[[str], Path]
    transport: str = "adb"
    is_old: bool = False

    def connect(self, timeout_s: float = TIMEOUT_S) -> AdbConnection:
        """A connection of our engine to it."""
        connection = transports.get(self.transport).connect(self.address, timeout_s=timeout_s)
        assert isinstance(connection, AdbConnection)
        return connection


@dataclass(frozen=True, kw_only=True)
class Troubled:
    """A phone, and a folder of it in which something does not work."""

    subject: Subject
    folder: str


class Kind(Protocol):
    """One kind of phone; each method that gives one ends it with the block."""

    @property
    def is_old(self) -> bool:
        """Has it only what Android 6 had?"""

    @property
    def says_all(self) -> bool:
        """Does a command on a full disk get as far as saying so?"""

    def start(self, root: Path, *, port: int = 0) -> AbstractContextManager[Subject]:
        """A phone in good health."""

    def read_only(self, root: Path) -> AbstractContextManager[Troubled]:
        """One that has a folder in which nothing can be written."""

    def full(self, root: Path, size_bytes: int) -> AbstractContextManager[Troubled]:
        """One that has a folder with room for so much."""

    def forbid(self, subject: Subject, folder: str) -> None:
        """Make `folder`, into which the phone's user may write nothing."""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """The simulated phone."""

    faults: tuple[str, ...] = ()
    is_old: bool = False

    @property
    def says_all(self) -> bool:
        """Only by the newer shell."""
        return not self.is_old

    def start(self, root: Path, *, port: int = 0) -> AbstractContextManager[Subject]:
        """With the kind's own faults only."""
        return self._started(root, port=port)

    @contextmanager
    def read_only(self, root: Path) -> Iterator[Troubled]:
        """By a fault, which is everywhere."""
        with self._started(root, "read-only") as subject:
            yield Troubled(subject=subject, folder=TMP)

    @contextmanager
    def full(self, root: Path, size_bytes: int) -> Iterator[Troubled]:
        """By a fault."""
        with self._started(root, f"full-after={size_bytes}") as subject:
            yield Troubled(subject=subject, folder=TMP)

    def forbid(self, subject: Subject, folder: str) -> None:
        """By a link out of the phone: no mode of a folder stops root, who may run the tests."""
        subject.on_host(folder).symlink_to("/")

    @contextmanager
    def _started(self, root: Path, *faults: str, port: int = 0) -> Iterator[Subject]:
        together = (*self.faults, *faults)
        with simulated.get("android").start(root, faults=together, port=port) as phone:
            yield Subject(
                address=phone.address,
                tmp=TMP,
                pid=phone.pid,
                on_host=lambda remote: phone.root / remote.lstrip("/"),
                is_old=self.is_old,
            )


@dataclass(frozen=True, kw_only=True)
class Real:
    """A real adbd, `without` some features; in a sandbox, or on this machine as it is.

    `has_toybox`: in the sandbox, commands are a phone's own, in a phone's own shell; `programs` is
    where they are.
    """

    without: tuple[str, ...] = ()
    has_toybox: bool = False
    programs: Path | None = None
    is_old: bool = False
    says_all: bool = True

    @contextmanager
    def start(self, root: Path, *, port: int = 0) -> Iterator[Subject]:
        """As it comes."""
        with self._started(root, port=port) as phone:
            yield self._subject(phone)

    @contextmanager
    def read_only(self, root: Path) -> Iterator[Troubled]:
        """The folder that the sandbox lets nobody write to."""
        with self._started(root) as phone:
            _needs_sandbox()
            yield Troubled(subject=self._subject(phone), folder="/system")

    @contextmanager
    def full(self, root: Path, size_bytes: int) -> Iterator[Troubled]:
        """A small file system of the sandbox's own."""
        with self._started(root, small_bytes=size_bytes) as phone:
            _needs_sandbox()
            yield Troubled(subject=self._subject(phone), folder=phone.small)

    def forbid(self, subject: Subject, folder: str) -> None:
        """By its mode; in the sandbox there is no root."""
        _needs_sandbox()
        subject.on_host(folder).mkdir(mode=0o555)

    @contextmanager
    def _started(
        self, root: Path, *, port: int = 0, small_bytes: int = 1 << 20
    ) -> Iterator[RealPhone]:
        found = required()
        require(
            found.is_x86 or not self.without,
            "the places to change in adbd are known in the x86-64 build only",
        )
        with real_adbd(
            root,
            port=port,
            without=self.without,
            small_bytes=small_bytes,
            programs=self.programs if found.bwrap else None,
        ) as phone:
            yield phone

    def _subject(self, phone: RealPhone) -> Subject:
        return Subject(
            address=phone.address,
            tmp=phone.tmp,
            pid=phone.pid,
            on_host=phone.on_host,
            is_old=self.is_old,
        )


DIRECT: Final[dict[str, Kind]] = {
    "simulated": Simulated(),
    "real": Real(),
    # Most phones: the newest feature is Android 14's, and the shell and its programs are Android's.
    "real-as-android-13": Real(without=("delayed_ack",), has_toybox=True),
    "simulated-old": Simulated(faults=("old-protocol",), is_old=True),
    "real-old": Real(without=_LATER, is_old=True),
}


def _needs_sandbox() -> None:
    # Nothing that could be installed: the kernel decides.
    if not required().bwrap:
        pytest.skip("this machine allows no sandboxes")

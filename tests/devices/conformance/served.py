"""Phones that a real adb server has, and that our engine reaches through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path

from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb_server import listing
from sideload.transports._adb_server.place import Place
from tests.devices.conformance.content import until
from tests.devices.conformance.subjects import TIMEOUT_S, Kind, Subject, Troubled
from tests.transports.server.native import NativeServer


@dataclass(frozen=True, kw_only=True)
class ServedSubject(Subject):
    """A phone that the server at `place` has.

    The place is not in the environment, where other tests would find it too.
    """

    place: Place

    def connect(self, timeout_s: float = TIMEOUT_S) -> AdbConnection:
        """A connection through that server."""
        return listing.connected(self.place, self.address, timeout_s)


@dataclass(frozen=True, kw_only=True)
class Served:
    """Any kind of phone, behind `server`."""

    inner: Kind
    server: NativeServer | None = None

    @property
    def is_old(self) -> bool:
        """As the phone is."""
        return self.inner.is_old

    @property
    def says_all(self) -> bool:
        """As the phone does."""
        return self.inner.says_all

    @contextmanager
    def start(self, root: Path, *, port: int = 0) -> Iterator[Subject]:
        """As the phone starts."""
        with self.inner.start(root, port=port) as subject, self._had(subject) as reached:
            yield reached

    @contextmanager
    def read_only(self, root: Path) -> Iterator[Troubled]:
        """As the phone has it."""
        with self.inner.read_only(root) as troubled, self._had(troubled.subject) as reached:
            yield replace(troubled, subject=reached)

    @contextmanager
    def full(self, root: Path, size_bytes: int) -> Iterator[Troubled]:
        """As the phone has it."""
        with (
            self.inner.full(root, size_bytes) as troubled,
            self._had(troubled.subject) as reached,
        ):
            yield replace(troubled, subject=reached)

    def forbid(self, subject: Subject, folder: str) -> None:
        """As the phone does."""
        self.inner.forbid(subject, folder)

    @contextmanager
    def _had(self, subject: Subject) -> Iterator[Subject]:
        """The same phone, while the server has it."""
        server = self.server
        assert server is not None
        server.adb("connect", subject.address)
        try:
            until(lambda: server.adb("-s", subject.address, "get-state") == "device\n")
            known = {field.name: getattr(subject, field.name) for field in fields(Subject)}
            place = Place(host="127.0.0.1", port=server.port)
            yield ServedSubject(**{**known, "transport": "adb_server"}, place=place)
        finally:
            server.adb("disconnect", subject.address)

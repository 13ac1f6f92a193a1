"""How fast files go through a running adb server, against the native client of that server.

The phone is a real adbd, and both clients speak to the same server, so that only they differ. What
is timed is one transfer: natively the whole client process, without compression, which is what a
user waits for; ours the call. Contents are compared after each.
"""

import filecmp
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload import transports
from sideload.transports import Connection, Push
from tests.benchmarks.harness import figure
from tests.devices.real_adbd import RealPhone, real_adbd
from tests.transports.server.native import NativeServer, native_server

RUNS: Final = 7
LARGE_BYTES: Final = 256 << 20
TIMEOUT_S: Final = 120
# In memory where there is such a place, so that no disk decides.
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


@dataclass(frozen=True, kw_only=True)
class Both:
    """A phone that both clients have by the same server, and a file of random bytes here."""

    file: Path
    phone: RealPhone
    connection: Connection
    server: NativeServer

    @property
    def remote(self) -> str:
        """Where the file goes, by either client."""
        return f"{self.phone.tmp}/large.bin"

    def native(self, *words: str | Path) -> None:
        """Run the native client, which must succeed."""
        subprocess.run(
            [self.server.program, "-s", self.phone.address, *words],
            env={**os.environ, **self.server.variables},
            check=True,
            capture_output=True,
            timeout=TIMEOUT_S,
        )


@figure(
    name="push of 256 MB through an adb server, times the native client's speed",
    unit="x",
    reach=0.8,
    better="higher",
)
def pushed() -> Sequence[float]:
    """One file of random bytes."""
    with _both() as both:
        stored = both.phone.on_host(both.remote)
        ours = [Push(local=both.file, remote=both.remote)]
        return _ratios(
            lambda: both.native("push", "-Z", both.file, both.remote),
            lambda: both.connection.push(ours),
            lambda: _same(both.file, stored),
        )


@figure(
    name="pull of 256 MB through an adb server, times the native client's speed",
    unit="x",
    reach=0.8,
    better="higher",
)
def pulled() -> Sequence[float]:
    """The same file back."""
    with _both() as both:
        both.connection.push([Push(local=both.file, remote=both.remote)])
        back = both.file.with_name("back.bin")
        return _ratios(
            lambda: both.native("pull", "-Z", both.remote, back),
            lambda: both.connection.pull(both.remote, back),
            lambda: _same(both.file, back),
        )


def _ratios(
    native: Callable[[], None], ours: Callable[[], None], check: Callable[[], None]
) -> list[float]:
    """How many times as long the native client takes, run by run; a first run of each warms up."""
    pairs = [(_seconds(native, check), _seconds(ours, check)) for _ in range(1 + RUNS)]
    return [theirs_s / ours_s for theirs_s, ours_s in pairs[1:]]


def _seconds(transfer: Callable[[], None], check: Callable[[], None]) -> float:
    started_s = time.perf_counter()
    transfer()
    took_s = time.perf_counter() - started_s
    check()
    return took_s


def _same(here: Path, there: Path) -> None:
    """What arrived is what was sent; it is removed, so that the next one has to arrive too."""
    if not filecmp.cmp(here, there, shallow=False):
        raise AssertionError(f"{there} is not what was sent")
    there.unlink()


@contextmanager
def _both() -> Iterator[Both]:
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="sideload-") as name:
        folder = Path(name)
        file = folder / "here.bin"
        file.write_bytes(os.urandom(LARGE_BYTES))
        with real_adbd(folder / "phone") as phone, native_server(folder / "server") as server:
            server.start()
            server.adb("connect", phone.address)
            with closing(transports.get("adb_server").connect(phone.address)) as connection:
                yield Both(file=file, phone=phone, connection=connection, server=server)

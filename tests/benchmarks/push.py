"""How fast files get to the simulated phone, against the native client and the same phone.

Both have their connection open already, as a deployment has. What is timed is one push: natively
the whole client process, which is what a user waits for; ours the call.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sideload import simulated, transports
from sideload.transports import Connection, Push
from tests.benchmarks import _native_adb
from tests.benchmarks._native_adb import NativeAdb
from tests.benchmarks.harness import figure

RUNS: Final = 7
LARGE_BYTES: Final = 256 << 20
SMALL_BYTES: Final = 20_000
SMALL_COUNT: Final = 500
REMOTE: Final = "/data/local/tmp"
# In memory where there is such a place, so that no disk decides.
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


@figure(name="push of 256 MB, times native adb's speed", unit="x", reach=1.3, better="higher")
def large() -> Sequence[float]:
    """One file of random bytes."""
    with _phone() as (folder, connection, native):
        file = folder / "large.bin"
        file.write_bytes(os.urandom(LARGE_BYTES))
        ours = [Push(local=file, remote=f"{REMOTE}/ours.bin")]
        return _ratios(
            lambda: native.push(file, f"{REMOTE}/native.bin"), lambda: connection.push(ours)
        )


@figure(name="push of 500 x 20 KB, times native adb's speed", unit="x", reach=2.0, better="higher")
def small() -> Sequence[float]:
    """A folder of files of random bytes."""
    with _phone() as (folder, connection, native):
        source = folder / "small"
        source.mkdir()
        for number in range(SMALL_COUNT):
            (source / f"{number:03}.bin").write_bytes(os.urandom(SMALL_BYTES))
        ours = [
            Push(local=file, remote=f"{REMOTE}/ours/{file.name}")
            for file in sorted(source.iterdir())
        ]
        return _ratios(
            lambda: native.push(source, f"{REMOTE}/native"), lambda: connection.push(ours)
        )


def _ratios(native: Callable[[], None], ours: Callable[[], None]) -> list[float]:
    """How many times as long the native client takes, run by run; a first run of each warms up."""
    pairs = [(_seconds(native), _seconds(ours)) for _ in range(1 + RUNS)]
    return [theirs_s / ours_s for theirs_s, ours_s in pairs[1:]]


def _seconds(push: Callable[[], None]) -> float:
    started_s = time.perf_counter()
    push()
    return time.perf_counter() - started_s


@contextmanager
def _phone() -> Iterator[tuple[Path, Connection, NativeAdb]]:
    """A folder, and a phone that both clients are connected to."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="sideload-") as name:
        folder = Path(name)
        with (
            simulated.get("android").start(folder / "phone") as phone,
            closing(transports.get("adb").connect(phone.address)) as connection,
            _native_adb.connected(phone.address, folder / "home") as native,
        ):
            yield folder, connection, native

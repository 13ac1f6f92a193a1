"""How fast the simulated phone itself is, with the native client: it must never limit a test."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sideload import simulated
from sideload.simulated import RunningPhone
from tests.benchmarks import _native_adb
from tests.benchmarks._native_adb import NativeAdb
from tests.benchmarks.harness import figure

RUNS: Final = 5
SIZE_BYTES: Final = 256 << 20
REACH_MB_PER_S: Final = 300.0
REMOTE: Final = "/data/local/tmp/simulated.bin"
# In memory where there is such a place, so that no disk decides.
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


@figure(
    name="simulated phone, push of 256 MB by native adb",
    unit="MB/s",
    reach=REACH_MB_PER_S,
    better="higher",
)
def pushed() -> Sequence[float]:
    """The whole client process, without compression; the content is compared each time."""
    with _phone() as (folder, native, stored):
        return _speeds(
            lambda: native.run("push", "-Z", str(folder / "here.bin"), REMOTE),
            folder / "here.bin",
            stored,
        )


@figure(
    name="simulated phone, pull of 256 MB by native adb",
    unit="MB/s",
    reach=REACH_MB_PER_S,
    better="higher",
)
def pulled() -> Sequence[float]:
    """The same the other way."""
    with _phone() as (folder, native, stored):
        native.run("push", "-Z", str(folder / "here.bin"), REMOTE)
        got = folder / "got.bin"
        return _speeds(lambda: native.run("pull", "-Z", REMOTE, str(got)), stored, got)


@figure(
    name="simulated phone, MB pushed for each second of its own processor time",
    unit="MB/s",
    reach=2 * REACH_MB_PER_S,
    better="higher",
)
def worked() -> Sequence[float]:
    """What the phone itself could take, however busy its clients and the machine are."""
    with _phone() as (folder, native, stored):
        pid = next(phone.pid for phone in simulated.get("android").running() if _has(phone, stored))
        speeds = []
        for _ in range(1 + RUNS):
            before_s = _processor_s(pid)
            native.run("push", "-Z", str(folder / "here.bin"), REMOTE)
            speeds.append(SIZE_BYTES / 1e6 / (_processor_s(pid) - before_s))
        return speeds[1:]


def _has(phone: RunningPhone, stored: Path) -> bool:
    return stored.resolve().is_relative_to(phone.root)


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _speeds(carry: Callable[[], None], source: Path, copy: Path) -> list[float]:
    """MB/s, run by run; a first run warms up."""
    speeds = []
    for _ in range(1 + RUNS):
        copy.unlink(missing_ok=True)
        started_s = time.perf_counter()
        carry()
        speeds.append(SIZE_BYTES / 1e6 / (time.perf_counter() - started_s))
        if source.read_bytes() != copy.read_bytes():
            raise AssertionError("something else arrived than was sent")
    return speeds[1:]


@contextmanager
def _phone() -> Iterator[tuple[Path, NativeAdb, Path]]:
    """A folder with random content, a client of a phone, and where that keeps the file."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="sideload-") as name:
        folder = Path(name)
        (folder / "here.bin").write_bytes(os.urandom(SIZE_BYTES))
        with (
            simulated.get("android").start(folder / "phone") as phone,
            _native_adb.connected(phone.address, folder / "home") as native,
        ):
            yield folder, native, phone.root / REMOTE.lstrip("/")

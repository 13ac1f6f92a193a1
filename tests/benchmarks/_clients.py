"""Four adb clients on one device: ours, native adb, adbutils over native's server, and adb-shell.

All have their connection open already, as a deployment has. A transfer by native adb is its whole
process, which is what a user waits for; that of the others is the call.
"""

import filecmp
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import adbutils
from adb_shell.adb_device import AdbDeviceTcp
from adb_shell.auth.keygen import keygen
from adb_shell.auth.sign_pythonrsa import PythonRSASigner

from sideload import simulated, transports
from sideload.transports import Connection
from tests.benchmarks import _native_adb
from tests.benchmarks._native_adb import NativeAdb
from tests.devices.real_adbd import real_adbd

RUNS: Final = 5
REMOTE: Final = "/data/local/tmp"
# In memory where there is such a place, so that no disk decides.
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
_TIMEOUT_S: Final = 120.0

Transfer: TypeAlias = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Device:
    """Where a device listens, and where this machine keeps its files."""

    address: str
    on_host: Callable[[str], Path]


@dataclass(frozen=True, kw_only=True)
class Clients:
    """Each client with the device open; `folder` is for files of this side."""

    folder: Path
    device: Device
    ours: Connection
    native: NativeAdb
    adbutils: Any
    adb_shell: Any


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of one's own, in memory where that is possible."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="sideload-") as name:
        yield Path(name)


@contextmanager
def real(place: Path, without: Sequence[str] = ()) -> Iterator[Device]:
    """A real adbd, in a folder that is there already; `without` some of its features."""
    with real_adbd(place / "phone", without=without) as phone:
        yield Device(address=phone.address, on_host=phone.on_host)


@contextmanager
def imitated(place: Path) -> Iterator[Device]:
    """The simulated phone, in a folder that is there already."""
    with simulated.get("android").start(place / "phone") as phone:
        root = phone.root
        yield Device(address=phone.address, on_host=lambda path: root / path.lstrip("/"))


@contextmanager
def clients(place: Path, device: Device, address: str = "") -> Iterator[Clients]:
    """All four, at `address` where that is not the device's own."""
    at = address or device.address
    host, _, port = at.rpartition(":")
    with ExitStack() as stack:
        native = stack.enter_context(_native_adb.connected(at, place / "home"))
        server = adbutils.AdbClient(host="127.0.0.1", port=native.port)
        stock = AdbDeviceTcp(host, int(port), default_transport_timeout_s=_TIMEOUT_S)
        stack.enter_context(closing(stock))
        stock.connect(rsa_keys=[_key(place / "adbkey")], read_timeout_s=_TIMEOUT_S)
        yield Clients(
            folder=place,
            device=device,
            ours=stack.enter_context(closing(transports.get("adb").connect(at))),
            native=native,
            adbutils=server.device(serial=at),
            adb_shell=stock,
        )


def _key(path: Path) -> PythonRSASigner:
    keygen(str(path))
    return PythonRSASigner.FromRSAKeyPath(str(path))


def random_file(path: Path, size_bytes: int) -> Path:
    """A file that nothing makes smaller."""
    with path.open("wb") as file:
        for start in range(0, size_bytes, 1 << 20):
            file.write(os.urandom(min(1 << 20, size_bytes - start)))
    return path


def interleaved(
    transfers: Mapping[str, Transfer], pairs: Callable[[], Sequence[tuple[Path, Path]]]
) -> dict[str, list[float]]:
    """Seconds that each takes, run by run, one after the other so that all meet the same mood.

    After each, both files of each of `pairs` must be the same, and the second is removed. A first
    run of each warms up.
    """
    seconds: dict[str, list[float]] = {name: [] for name in transfers}
    for number in range(1 + RUNS):
        for name, transfer in transfers.items():
            took_s = seconds_of(transfer)
            for sent, arrived in pairs():
                if not filecmp.cmp(sent, arrived, shallow=False):
                    raise AssertionError(f"{name} has changed {sent.name}")
                arrived.unlink()
            if number:
                seconds[name].append(took_s)
    return seconds


def seconds_of(transfer: Transfer) -> float:
    """How long it takes."""
    started_s = time.perf_counter()
    transfer()
    return time.perf_counter() - started_s


def ratios(seconds: Mapping[str, Sequence[float]], theirs: str, ours: str = "ours") -> list[float]:
    """How many times as long they take, run by run."""
    return [a / b for a, b in zip(seconds[theirs], seconds[ours], strict=True)]

"""How fast files get to a device, against native adb, adbutils and stock adb-shell.

The device is a real adbd on this machine; the last rows use the simulated phone, which needs none.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from sideload.transports import Push
from tests.benchmarks._clients import (
    REMOTE,
    Clients,
    clients,
    folder,
    imitated,
    interleaved,
    random_file,
    ratios,
    real,
)
from tests.benchmarks.harness import figure

LARGE_BYTES: Final = 256 << 20
SMALL_BYTES: Final = 20_000
SMALL_COUNT: Final = 500
# adb-shell and adbutils take a twentieth of a second and more for each file.
FEW: Final = 25


@figure(name="push of 256 MB, times native adb -Z", unit="x", reach=1.5, better="higher")
def large() -> Sequence[float]:
    """One file of random bytes."""
    return ratios(_large(), "native")


@figure(name="push of 256 MB, times adbutils", unit="x", reach=1.5, better="higher")
def large_adbutils() -> Sequence[float]:
    """The same runs."""
    return ratios(_large(), "adbutils")


@figure(name="push of 256 MB, times adb-shell", unit="x", reach=4.0, better="higher")
def large_adb_shell() -> Sequence[float]:
    """The same runs."""
    return ratios(_large(), "adb-shell")


@figure(name="push of 500 x 20 KB, times native adb -Z", unit="x", reach=2.0, better="higher")
def small() -> Sequence[float]:
    """A folder of files of random bytes."""
    with folder() as place, real(place) as device, clients(place, device) as all_:
        return ratios(_small(all_, SMALL_COUNT, with_others=False), "native")


@figure(name="push of 25 x 20 KB, times adbutils", unit="x", reach=5.0, better="higher")
def small_adbutils() -> Sequence[float]:
    """A smaller folder of such files."""
    return ratios(_few(), "adbutils")


@figure(name="push of 25 x 20 KB, times adb-shell", unit="x", reach=20.0, better="higher")
def small_adb_shell() -> Sequence[float]:
    """The same runs."""
    return ratios(_few(), "adb-shell")


@figure(
    name="push of 256 MB to the simulated phone, times native adb -Z",
    unit="x",
    reach=1.3,
    better="higher",
)
def large_simulated() -> Sequence[float]:
    """One file of random bytes."""
    with folder() as place, imitated(place) as device, clients(place, device) as all_:
        return ratios(_large_to(all_, with_others=False), "native")


@figure(
    name="push of 500 x 20 KB to the simulated phone, times native adb -Z",
    unit="x",
    reach=2.0,
    better="higher",
)
def small_simulated() -> Sequence[float]:
    """A folder of files of random bytes."""
    with folder() as place, imitated(place) as device, clients(place, device) as all_:
        return ratios(_small(all_, SMALL_COUNT, with_others=False), "native")


@cache
def _large() -> dict[str, list[float]]:
    with folder() as place, real(place) as device, clients(place, device) as all_:
        return _large_to(all_, with_others=True)


def _large_to(all_: Clients, *, with_others: bool) -> dict[str, list[float]]:
    file = random_file(all_.folder / "large.bin", LARGE_BYTES)
    remote = f"{REMOTE}/large.bin"
    transfers: dict[str, Callable[[], object]] = {
        "native": lambda: all_.native.push(file, remote),
        "ours": lambda: all_.ours.push([Push(local=file, remote=remote)]),
    }
    if with_others:
        transfers["adbutils"] = lambda: all_.adbutils.sync.push(str(file), remote)
        transfers["adb-shell"] = lambda: all_.adb_shell.push(str(file), remote)
    arrived = all_.device.on_host(remote)
    return interleaved(transfers, lambda: [(file, arrived)])


@cache
def _few() -> dict[str, list[float]]:
    with folder() as place, real(place) as device, clients(place, device) as all_:
        return _small(all_, FEW, with_others=True)


def _small(all_: Clients, count: int, *, with_others: bool) -> dict[str, list[float]]:
    source = all_.folder / "small"
    source.mkdir()
    files = [random_file(source / f"{number:03}.bin", SMALL_BYTES) for number in range(count)]
    remotes = {file: f"{REMOTE}/small/{file.name}" for file in files}
    ours = [Push(local=file, remote=remote) for file, remote in remotes.items()]

    def one_by_one(push: Callable[[str, str], object]) -> None:
        for file, remote in remotes.items():
            push(str(file), remote)

    transfers: dict[str, Callable[[], object]] = {
        "native": lambda: all_.native.push(source, REMOTE),
        "ours": lambda: all_.ours.push(ours),
    }
    if with_others:
        transfers["adbutils"] = lambda: one_by_one(all_.adbutils.sync.push)
        transfers["adb-shell"] = lambda: one_by_one(all_.adb_shell.push)
    arrived = [(file, all_.device.on_host(remote)) for file, remote in remotes.items()]
    return interleaved(transfers, lambda: arrived)

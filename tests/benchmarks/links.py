"""How fast a file gets to a real adbd over a network that is the bottleneck.

Native adb runs as it comes, which compresses with zstd what goes to a device that can read it.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from sideload.transports import Push
from tests.benchmarks._clients import (
    REMOTE,
    clients,
    folder,
    interleaved,
    random_file,
    ratios,
    real,
)
from tests.benchmarks._link import link
from tests.benchmarks.harness import figure

FILE_BYTES: Final = 64 << 20
BYTES_PER_S: Final = 50e6
ROUND_TRIP_S: Final = 0.020


@figure(
    name="push of 64 MB over 50 MB/s and 20 ms, times native adb",
    unit="x",
    reach=2.0,
    better="higher",
)
def far() -> Sequence[float]:
    """One file of random bytes."""
    return ratios(_far(), "native")


@figure(
    name="push of 64 MB over 50 MB/s and 20 ms, share of the link",
    unit="",
    reach=0.95,
    better="higher",
)
def share() -> Sequence[float]:
    """The same runs."""
    return [FILE_BYTES / BYTES_PER_S / took_s for took_s in _far()["ours"]]


@figure(
    name="push of 64 MB over 50 MB/s and 20 ms, times adbutils",
    unit="x",
    reach=2.0,
    better="higher",
)
def far_adbutils() -> Sequence[float]:
    """The same runs; adb-shell, which writes in part and does not notice, loses data here."""
    return ratios(_far(), "adbutils")


@cache
def _far() -> dict[str, list[float]]:
    with folder() as place:
        return _pushed(place, random_file(place / "file.bin", FILE_BYTES))


def _pushed(place: Path, file: Path) -> dict[str, list[float]]:
    remote = f"{REMOTE}/file.bin"
    with (
        real(place) as device,
        link(device.address, bytes_per_s=BYTES_PER_S, round_trip_s=ROUND_TRIP_S) as address,
        clients(place, device, address) as all_,
    ):
        arrived = device.on_host(remote)
        return interleaved(
            {
                "native": lambda: all_.native.run_on("push", str(file), remote),
                "ours": lambda: all_.ours.push([Push(local=file, remote=remote)]),
                "adbutils": lambda: all_.adbutils.sync.push(str(file), remote),
            },
            lambda: [(file, arrived)],
        )

"""How fast a file gets from a real adbd, against native adb, adbutils and stock adb-shell."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from tests.benchmarks._clients import (
    REMOTE,
    clients,
    folder,
    interleaved,
    random_file,
    ratios,
    real,
)
from tests.benchmarks.harness import figure

LARGE_BYTES: Final = 256 << 20


@figure(name="pull of 256 MB, times native adb -Z", unit="x", reach=1.4, better="higher")
def large() -> Sequence[float]:
    """One file of random bytes."""
    return ratios(_large(), "native")


@figure(name="pull of 256 MB, times adbutils", unit="x", reach=1.4, better="higher")
def large_adbutils() -> Sequence[float]:
    """The same runs."""
    return ratios(_large(), "adbutils")


@figure(name="pull of 256 MB, times adb-shell", unit="x", reach=4.0, better="higher")
def large_adb_shell() -> Sequence[float]:
    """The same runs."""
    return ratios(_large(), "adb-shell")


@cache
def _large() -> dict[str, list[float]]:
    with folder() as place, real(place) as device, clients(place, device) as all_:
        remote = f"{REMOTE}/large.bin"
        source = random_file(device.on_host(remote), LARGE_BYTES)
        local = place / "large.bin"
        return interleaved(
            {
                "native": lambda: all_.native.pull(remote, local),
                "ours": lambda: all_.ours.pull(remote, local),
                "adbutils": lambda: all_.adbutils.sync.pull(remote, str(local)),
                "adb-shell": lambda: all_.adb_shell.pull(remote, str(local)),
            },
            lambda: [(source, local)],
        )

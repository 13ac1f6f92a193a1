"""How fast files get to a real adbd over a network that is the bottleneck: 50 MB/s and 20 ms.

Native adb runs as it comes: it compresses with zstd what goes to a device that can read it, and
waits for each packet's answer. Stock adb-shell has no row: it takes no notice of a write that the
system takes in part, and so spoils all that is larger than a socket's buffer.
"""

import random
from collections.abc import Callable, Sequence
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
PIECES: Final = 8
BYTES_PER_S: Final = 50e6
ROUND_TRIP_S: Final = 0.020
LINK: Final = "over 50 MB/s and 20 ms"
# Of so many different words; three times as large as when compressed.
WORDS: Final = 600


@figure(name=f"push of 64 MB {LINK}, times native adb", unit="x", reach=2.0, better="higher")
def far() -> Sequence[float]:
    """One file of random bytes."""
    return ratios(_far(), "native")


@figure(name=f"push of 64 MB {LINK}, share of the link", unit="", reach=0.95, better="higher")
def share() -> Sequence[float]:
    """The same runs."""
    return [FILE_BYTES / BYTES_PER_S / took_s for took_s in _far()["ours"]]


@figure(name=f"push of 64 MB {LINK}, times adbutils", unit="x", reach=2.0, better="higher")
def far_adbutils() -> Sequence[float]:
    """The same runs."""
    return ratios(_far(), "adbutils")


@figure(
    name=f"push of 64 MB that shrink to a third {LINK}, times native adb",
    unit="x",
    reach=1.3,
    better="higher",
)
def shrinking() -> Sequence[float]:
    """One file of words."""
    with folder() as place:
        return ratios(_pushed(place, _words(place / "file.bin")), "native")


@figure(
    name=f"push of 8 x 8 MB {LINK} without delayed_ack, times native adb",
    unit="x",
    reach=1.8,
    better="higher",
)
def lanes() -> Sequence[float]:
    """Files of random bytes, to a device that answers each packet before the next."""
    with folder() as place:
        source = place / "files"
        source.mkdir()
        for number in range(PIECES):
            random_file(source / f"{number}", FILE_BYTES // PIECES)
        return ratios(_pushed(place, source, without=("delayed_ack",)), "native")


@cache
def _far() -> dict[str, list[float]]:
    with folder() as place:
        file = random_file(place / "file.bin", FILE_BYTES)
        return _pushed(place, file, with_adbutils=True)


def _pushed(
    place: Path, source: Path, *, without: Sequence[str] = (), with_adbutils: bool = False
) -> dict[str, list[float]]:
    """A file, or a folder of some."""
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    remotes = {file: f"{REMOTE}/{file.relative_to(place)}" for file in files}
    ours = [Push(local=file, remote=remote) for file, remote in remotes.items()]
    with (
        real(place, without) as device,
        link(device.address, bytes_per_s=BYTES_PER_S, round_trip_s=ROUND_TRIP_S) as address,
        clients(place, device, address) as all_,
    ):
        transfers: dict[str, Callable[[], object]] = {
            "native": lambda: all_.native.run_on("push", str(source), REMOTE),
            "ours": lambda: all_.ours.push(ours),
        }
        if with_adbutils:
            remote = remotes[source]
            transfers["adbutils"] = lambda: all_.adbutils.sync.push(str(source), remote)
        arrived = [(file, device.on_host(remote)) for file, remote in remotes.items()]
        return interleaved(transfers, lambda: arrived)


def _words(path: Path) -> Path:
    chance = random.Random(5)  # noqa: S311 - it is to be the same every time
    words = [chance.randbytes(chance.randint(4, 12)) for _ in range(WORDS)]
    content = bytearray()
    while len(content) < FILE_BYTES:
        content += b"".join(chance.choices(words, k=10_000))
    path.write_bytes(content[:FILE_BYTES])
    return path

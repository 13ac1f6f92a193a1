"""How much memory a push of 10 GB takes, and whether all of it arrives.

The file is a sparse one with marks in it, and the real adbd writes it to a disk that has room.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from sideload import transports
from sideload.host import files
from sideload.transports import Push
from tests.benchmarks._clients import REMOTE, real
from tests.benchmarks.harness import figure

FILE_BYTES: Final = 10_000_000_000
# Within what nobody else needs at the same time.
_SPARE_BYTES: Final = 5_000_000_000
_MARK_EVERY_BYTES: Final = 100_000_007
_MIB: Final = 1 << 20


@figure(name="push of 10 GB, growth of resident memory", unit="MiB", reach=50.0, better="lower")
def growth() -> Sequence[float]:
    """One file, whose hash on the far side must be right."""
    with tempfile.TemporaryDirectory(prefix="sideload-") as name:
        place = Path(name)
        free_bytes = shutil.disk_usage(place).free
        if free_bytes < FILE_BYTES + _SPARE_BYTES:
            raise RuntimeError(f"{place} has room for {free_bytes} bytes only")
        file = _marked(place / "large.bin")
        with real(place) as device, closing(transports.get("adb").connect(device.address)) as ours:
            before_bytes = _resident_bytes()
            most_bytes = [before_bytes]
            remote = f"{REMOTE}/large.bin"
            ours.push(
                [Push(local=file, remote=remote)],
                progress=lambda _: most_bytes.append(max(most_bytes.pop(), _resident_bytes())),
            )
            if files.sha256(device.on_host(remote)) != files.sha256(file):
                raise AssertionError("10 GB have changed on the way")
            return [(most_bytes[0] - before_bytes) / _MIB]


def _marked(path: Path) -> Path:
    """Mostly holes, which take no room here, with something else every now and then."""
    with path.open("wb") as file:
        file.truncate(FILE_BYTES)
        for at in range(0, FILE_BYTES, _MARK_EVERY_BYTES):
            file.seek(at)
            file.write(hashlib.sha256(str(at).encode()).digest())
    return path


def _resident_bytes() -> int:
    words = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE")

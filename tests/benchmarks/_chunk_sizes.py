"""`python -m tests.benchmarks._chunk_sizes`: ways to find what two versions of a file share.

Prints, for each, how much of a changed model must be sent, and how long its list of chunks is.
"""

import hashlib
import io
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from pyfastcdc import FastCDC

MODEL_BYTES: Final = 90_000_000
CHANGED_BYTES: Final = 1_000_000
EDITS: Final = 200
EDIT_BYTES: Final = 1000
AVERAGES: Final = (8, 16, 32, 64, 128, 256)
FIXED: Final = 16
RECORD_BYTES: Final = 12
ROLLED_BYTES: Final = 1_000_000
Chunks: TypeAlias = Sequence[tuple[bytes, int]]


def content_defined(data: bytes, average_bytes: int) -> Chunks:
    """Borders follow from the content."""
    cutter = FastCDC(average_bytes, min_size=average_bytes // 4, max_size=average_bytes * 4)
    chunks = cutter.cut_stream(io.BytesIO(data))
    return [(hashlib.sha256(chunk.data).digest()[:8], chunk.length) for chunk in chunks]


def fixed(data: bytes, block_bytes: int) -> Chunks:
    """Borders are every so many bytes."""
    blocks = (data[at : at + block_bytes] for at in range(0, len(data), block_bytes))
    return [(hashlib.sha256(block).digest()[:8], len(block)) for block in blocks]


def rolling_s(data: bytes, block_bytes: int) -> float:
    """Seconds that it takes to roll a sum over 90 MB, byte by byte, as rsync does."""
    started_s = time.perf_counter()
    total = sum(data[:block_bytes])
    for at in range(ROLLED_BYTES):
        total += data[block_bytes + at] - data[at]
    return (time.perf_counter() - started_s) * MODEL_BYTES / ROLLED_BYTES


def changes(old: bytes) -> tuple[bytes, ...]:
    """1 MB changed in the middle, 1 MB inserted at the front, and 200 small edits anywhere."""
    half, new = MODEL_BYTES // 2, os.urandom(CHANGED_BYTES)
    edited = bytearray(old)
    chance = random.Random(1)  # noqa: S311 - any places will do
    for _ in range(EDITS):
        at = chance.randrange(MODEL_BYTES - EDIT_BYTES)
        edited[at : at + EDIT_BYTES] = os.urandom(EDIT_BYTES)
    return old[:half] + new + old[half + CHANGED_BYTES :], new + old, bytes(edited)


def row(
    name: str,
    cut: Callable[[bytes, int], Chunks],
    kib: int,
    old: bytes,
    news: Sequence[bytes],
) -> str:
    """What one way costs."""
    started_s = time.perf_counter()
    known = cut(old, kib << 10)
    took_s = time.perf_counter() - started_s
    there = set(known)
    sent = [
        sum(chunk[1] for chunk in cut(new, kib << 10) if chunk not in there) / 1e6 for new in news
    ]
    index_kb = len(known) * RECORD_BYTES / 1e3
    return f"{f'{name}, {kib} KiB':<24}{index_kb:>8.0f} kB {took_s:>6.2f} s  " + "".join(
        f"{size_mb:>9.2f} MB" for size_mb in sent
    )


def main() -> None:
    """Print the table."""
    old = os.urandom(MODEL_BYTES)
    news = changes(old)
    lines = [f"{'':<24}{'index':>11} {'cut in':>8}  {'middle':>12}{'front':>12}{'200 edits':>12}"]
    lines += [row("content", content_defined, kib, old, news) for kib in AVERAGES]
    lines += [row("fixed", fixed, FIXED, old, news)]
    lines += [f"a rolling sum in Python takes {rolling_s(old, FIXED << 10):.0f} s"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

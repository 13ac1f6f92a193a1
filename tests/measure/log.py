"""Timing lines as a runner prints them, for tests that then spoil them."""

import json
import zlib
from typing import Any, Final

RUN: Final = "r1"
DIGEST: Final = "ab" * 32


def line(event: str, *, run: str = RUN, **fields: Any) -> bytes:  # noqa: ANN401 - any JSON
    """One whole line with its checksum and its end."""
    body = json.dumps({"run": run, "event": event, **fields}, separators=(",", ":"))[1:-1]
    return f'sideload:1 {{{body},"crc":"{zlib.crc32(body.encode()):08x}"}}\n'.encode()


def iteration(index: int, ns: int, phase: str = "warm", run: str = RUN) -> bytes:
    """One iteration."""
    return line("iteration", run=run, phase=phase, index=index, ns=ns)


def output(sample: int, index: int, **fields: Any) -> bytes:  # noqa: ANN401 - any JSON
    """One answer."""
    described = {"dtype": "float32", "shape": [2, 3], "sha256": DIGEST, "file": "out.0.0.bin"}
    return line("output", sample=sample, index=index, **(described | fields))


def bye(**counts: int) -> bytes:
    """The goodbye, which says how many lines of each event came before it."""
    return line("bye", counts=counts, warmups=1, repeatable=True)


def whole(*times_ns: int) -> bytes:
    """A complete log with these measured iterations."""
    return b"".join(
        [
            line("hello", runtime="executorch", threads=2),
            line("load", ns=5000),
            line("memory", phase="load", peak_bytes=9000),
            line("first", ns=700),
            output(0, 0),
            iteration(0, 600, "warmup"),
            *(iteration(index, ns) for index, ns in enumerate(times_ns)),
            line("memory", phase="end", peak_bytes=8000),
            line("model", sha256=DIGEST, size_bytes=12),
            bye(
                hello=1,
                load=1,
                memory=2,
                first=1,
                output=1,
                iteration=1 + len(times_ns),
                model=1,
            ),
        ]
    )

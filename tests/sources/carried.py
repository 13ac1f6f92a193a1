"""`python -m tests.sources.carried SPEC [fixed]`: what becomes of one model, as lines of JSON.

Each line is one runtime at one precision, through the same source, capture, lowering and parity
gate that `sideload export` uses. It is a program of its own so that a crash in a runtime's C++ is
one model's failure.
"""

import json
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any, Final

from sideload import sources
from sideload.errors import SideloadError
from sideload.worker.job import Job
from sideload.worker.lowering import lower
from sideload.worker.session import Session

RUNTIMES: Final = ("executorch", "onnxruntime")
PRECISIONS: Final = ("float32", "int8")


def main(spec: str, *, dynamic: bool) -> int:
    """Try every runtime and precision on the model; the exit code is 0 whatever comes of it."""
    session = Session()
    for runtime in RUNTIMES:
        for precision in PRECISIONS:
            row = {"runtime": runtime, "precision": precision}
            row |= tried(session, spec, runtime, precision, dynamic=dynamic)
            sys.stdout.write(json.dumps(row) + "\n")
            sys.stdout.flush()
    return 0


def tried(
    session: Session, spec: str, runtime: str, precision: str, *, dynamic: bool
) -> dict[str, Any]:
    """What becomes of one model on one runtime at one precision; `error` says where it stopped."""
    started_s = time.monotonic()
    try:
        found = _lowered(session, spec, runtime, precision, dynamic=dynamic)
    except SideloadError as error:
        found = {"error": type(error).__name__, "message": error.problem}
    except Exception as error:  # noqa: BLE001 - a bug is what a sweep is for: it goes into the table
        found = {
            "error": type(error).__name__,
            "message": str(error),
            "bug": traceback.format_exc(),
        }
    return {**found, "seconds": round(time.monotonic() - started_s, 1)}


def _lowered(
    session: Session, spec: str, runtime: str, precision: str, *, dynamic: bool
) -> dict[str, Any]:
    origin = sources.resolve(spec)
    with tempfile.TemporaryDirectory() as folder:
        job = Job(
            source=origin.source,
            spec=spec,
            model=sources.get(origin.source).name(spec),
            runtime=runtime,
            precision=precision,
            backend="xnnpack",
            dynamic=dynamic,
            folder=Path(folder),
            key="",
        )
        artifact = lower(session, job, lambda _: None)
    parity, delegation = artifact.parity, artifact.delegation
    return {
        "scheme": artifact.scheme,
        "cosine": parity.cosine if parity else None,
        "sqnr_db": parity.sqnr_db if parity else None,
        "portable": delegation.portable_operators if delegation else {},
        "delegated": delegation.delegated if delegation else 0,
        "inputs": [
            f"{one.name} {[size if isinstance(size, int) else size.name for size in one.shape]}"
            for one in artifact.signature.inputs
        ],
        "notes": artifact.notes,
        "size_bytes": artifact.file.size_bytes,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], dynamic="fixed" not in sys.argv[2:]))

"""What a document says of one artifact, deployment or file."""

import dataclasses
from typing import Any, Final, TypeAlias

from sideload.reports import _conditions, _origin
from sideload.reports._plain import plain
from sideload.values import Artifact, FileRef, Parity, Result, TimingLog

Document: TypeAlias = dict[str, Any]
STATES: Final = frozenset({"before", "after"})


def artifact(found: Artifact) -> Document:
    """One artifact, with all that is known of it."""
    return {
        **identity(found),
        **file(found.file),
        "extra_files": [file(each) for each in found.extra_files],
        "signature": found.signature,
        "parity": parity(found.parity),
        "delegation": found.delegation,
        "seconds": found.seconds,
        "versions": found.versions,
        "notes": found.notes,
    }


def deployment(found: Result) -> Document:
    """One artifact on a device, and what was measured there."""
    held = found.deployment
    return {
        **identity(found.artifact),
        "device": held.device,
        "run": held.run,
        "directory": held.directory,
        "pushed_bytes": held.pushed_bytes,
        "reused_bytes": held.reused_bytes,
        "outputs": held.outputs,
        "parity": parity(held.parity),
        **_times(found.timing),
        "times_from": _origin.times(held.device),
        "artifact": artifact(found.artifact),
    }


def _times(timing: TimingLog | None) -> Document:
    names = [field.name for field in dataclasses.fields(TimingLog)]
    times = {name: None if timing is None else getattr(timing, name) for name in names}
    # All the facts would hide the figures; the log has them.
    return {n: v for n, v in times.items() if n not in STATES} | _conditions.document(timing)


def identity(found: Artifact) -> Document:
    """What tells one artifact from another."""
    return {
        "model": found.model,
        "runtime": found.runtime,
        "precision": found.precision,
        "scheme": found.scheme,
    }


def parity(found: Parity | None) -> Document | None:
    """How near it is to PyTorch."""
    if found is None:
        return None
    return {**plain(found), "exact": found.max_abs_error == 0}


def file(found: FileRef) -> Document:
    """A file: where it is and what is in it."""
    return {"path": found.path, "sha256": found.sha256, "size_bytes": found.size_bytes}

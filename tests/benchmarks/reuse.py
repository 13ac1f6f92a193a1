"""What a model costs of which the phone has another version, and what an unchanged one costs."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sideload import simulated, transports
from sideload.host import files
from sideload.stages._objects import store
from sideload.transports import Connection, Push
from sideload.values import PayloadFile
from tests.benchmarks._link import link
from tests.benchmarks._project import Project
from tests.benchmarks.harness import figure
from tests.stages.objects.between import sniffed

RUNS: Final = 3
MODEL_BYTES: Final = 90_000_000
CHANGED_BYTES: Final = 1_000_000
LINK_BYTES_PER_S: Final = 30e6
ROOT: Final = "/data/local/tmp/store"
# Six of one model, so that making them takes no quarter of an hour.
ARTIFACTS: Final[Mapping[str, str | Sequence[str]]] = {
    "model": "digits",
    "runtime": ("executorch", "onnxruntime"),
    "precision": ("float32", "float16", "int8"),
}
SIX: Final = 6
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """One push: megabytes over the wire, and seconds."""

    sent_mb: float
    time_s: float


@figure(name="1 MB of 90 MB changed in the middle: sent", unit="MB", reach=3, better="lower")
def middle_sent() -> Sequence[float]:
    """The rest is on the phone, in the version before."""
    return [changed.sent_mb for changed, _ in _pairs(_middle)]


@figure(name="1 MB inserted before 90 MB: sent", unit="MB", reach=3, better="lower")
def front_sent() -> Sequence[float]:
    """Everything else is somewhere else than before."""
    return [changed.sent_mb for changed, _ in _pairs(_front)]


@figure(
    name="1 MB of 90 MB changed, at 30 MB/s: times as fast as all of it",
    unit="x",
    reach=1,
    better="higher",
)
def middle_speed() -> Sequence[float]:
    """Cut, sent, put together, proven and named, against a model that the phone does not know."""
    return [whole.time_s / changed.time_s for changed, whole in _pairs(_middle)]


@figure(
    name="1 MB before 90 MB, at 30 MB/s: times as fast as all of it",
    unit="x",
    reach=1,
    better="higher",
)
def front_speed() -> Sequence[float]:
    """The same of what is inserted."""
    return [whole.time_s / changed.time_s for changed, whole in _pairs(_front)]


@figure(
    name="new model to the store, times an engine's push and a hash",
    unit="x",
    reach=2.0,
    better="lower",
)
def straight() -> Sequence[float]:
    """Resumable, cut into chunks, proven and named, without a slow link to hide behind."""
    with _phone() as (folder, address), _connected(address) as connection:
        return [_straight(folder, connection, f"run-{run}") for run in range(1 + RUNS)][1:]


@figure(name="unchanged deploy of six artifacts: services opened", unit="", reach=3, better="lower")
def services() -> Sequence[float]:
    """What is asked of the phone after the handshake, in all."""
    return [len(names) for _, names in _unchanged()]


@figure(name="unchanged deploy of six artifacts", unit="s", reach=1.2, better="lower")
def unchanged() -> Sequence[float]:
    """The whole command, with Python's start, to a simulated phone that runs."""
    return [time_s for time_s, _ in _unchanged()]


def _middle(old: bytes) -> bytes:
    half = len(old) // 2
    return old[:half] + os.urandom(CHANGED_BYTES) + old[half + CHANGED_BYTES :]


def _front(old: bytes) -> bytes:
    return os.urandom(CHANGED_BYTES) + old


@cache
def _pairs(change: Callable[[bytes], bytes]) -> tuple[tuple[Pushed, Pushed], ...]:
    """A changed model, and one that has nothing of it, over the same slow link; run by run."""
    with (
        _phone() as (folder, address),
        link(address, bytes_per_s=LINK_BYTES_PER_S, round_trip_s=0.001) as slow,
    ):
        return tuple(_pair(folder, address, slow, change) for _ in range(RUNS))


def _pair(
    folder: Path, address: str, slow: str, change: Callable[[bytes], bytes]
) -> tuple[Pushed, Pushed]:
    old = os.urandom(MODEL_BYTES)
    with _connected(address) as connection:
        _stored(connection, "old", _model(folder, old))
    with _connected(slow) as connection:
        changed = _timed(connection, "changed", _model(folder, change(old)))
        whole = _timed(connection, "whole", _model(folder, os.urandom(MODEL_BYTES)))
    return changed, whole


def _straight(folder: Path, connection: Connection, key: str) -> float:
    model = _model(folder, os.urandom(MODEL_BYTES))
    bare_s = _seconds(lambda: _pushed_and_hashed(connection, model))
    return _seconds(lambda: _stored(connection, key, model)) / bare_s


def _timed(connection: Connection, key: str, model: PayloadFile) -> Pushed:
    started_s = time.perf_counter()
    sent_bytes = _stored(connection, key, model)
    return Pushed(sent_mb=sent_bytes / 1e6, time_s=time.perf_counter() - started_s)


def _stored(connection: Connection, key: str, model: PayloadFile) -> int:
    return store(connection, root=ROOT, key=key, payload=[model]).pushed_bytes


def _pushed_and_hashed(connection: Connection, model: PayloadFile) -> None:
    remote = "/data/local/tmp/bare"
    connection.push([Push(local=model.file.path, remote=remote)])
    connection.run(f"sha256sum {remote}")


def _seconds(act: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    act()
    return time.perf_counter() - started_s


def _model(folder: Path, content: bytes) -> PayloadFile:
    path = folder / "model.pte"
    path.write_bytes(content)
    return PayloadFile(name="model.pte", file=files.ref(path))


@cache
def _unchanged() -> tuple[tuple[float, tuple[str, ...]], ...]:
    """Wall time and services of `deploy`, when everything is on the phone already."""
    project = Project()
    with _phone() as (_, address), sniffed(address) as (through, opened):
        options = {**ARTIFACTS, "target": "android", "device": through}
        project.sideload("deploy", **options)
        found = []
        for _ in range(5):
            opened.clear()
            time_s, document = project.sideload("deploy", **options)
            if len(document["deployments"]) != SIX or any(
                one["pushed_bytes"] for one in document["deployments"]
            ):
                raise AssertionError("something was pushed, or is missing")
            found.append((time_s, tuple(opened)))
        return tuple(found)


@contextmanager
def _phone() -> Iterator[tuple[Path, str]]:
    """A folder in memory, and the address of a phone whose files are there too."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(dir=memory, prefix="sideload-") as name,
        simulated.get("android").start(Path(name) / "phone") as phone,
    ):
        yield Path(name), phone.address


def _connected(address: str) -> "closing[Connection]":
    return closing(transports.get("adb").connect(address))

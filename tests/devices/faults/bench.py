"""What a fault is tried on: a phone, files to bring there, a runner, and a look at it after."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from sideload import transports
from sideload.errors import RefusedError, SideloadError
from sideload.host import files
from sideload.simulated import RunningPhone
from sideload.stages import _answers, _run
from sideload.stages._objects import present, store
from sideload.transports import Connection, Push
from sideload.values import (
    Artifact,
    Bundle,
    MeasurementPlan,
    PayloadFile,
    Signature,
    TensorSpec,
)

ROOT: Final = "/data/local/tmp/store"
KEY: Final = "tried"
# Above what is appended instead of pushed.
LARGE_BYTES: Final = (8 << 20) + 12_345
MODEL_BYTES: Final = 150_000
# Long enough for a busy machine; rows in which the phone falls silent have a shorter one.
TIMEOUT_S: Final = 10.0
SAMPLE: Final = np.arange(6, dtype=np.float32).reshape(1, 6)
_SPEC: Final = TensorSpec(name="values", dtype="float32", shape=(1, 6))

# A runner as small as one can be: its one answer is its input.
RUNNER: Final = """#!/bin/sh
while [ $# -gt 0 ]; do
    case "$1" in
        --run) run=$2 ;;
        --outputs) outputs=$2 ;;
        --input) input=${2#*:*:} ;;
    esac
    shift
done
say() { printf 'sideload:1 {"run":"%s","event":"%s"%s}\\n' "$run" "$1" "$2"; }
say hello ',"device":"small"'
say load ',"ns":1000'
cp "${input%:values}" "$outputs.0.0.bin" || exit 3
set -- $(sha256sum "$outputs.0.0.bin")
shape='"dtype":"float32","shape":[1,6]'
say output ',"sample":0,"index":0,'"$shape"',"sha256":"'"$1"'","file":"out.0.0.bin"'
say first ',"ns":2000'
for index in 0 1 2 3 4; do say iteration ',"phase":"warm","index":'$index',"ns":150'$index; done
say memory ',"peak_bytes":4096'
say bye ',"counts":{"hello":1,"load":1,"output":1,"first":1,"iteration":5,"memory":1}'
"""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A phone, and files of this host; `timeout_s` bounds each silence of the phone."""

    phone: RunningPhone
    folder: Path
    timeout_s: float = TIMEOUT_S

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection of our own engine."""
        connection = transports.get("adb").connect(self.phone.address, timeout_s=self.timeout_s)
        with closing(connection):
            yield connection

    def on_host(self, remote: str) -> Path:
        """Where this machine keeps a file of the phone."""
        return self.phone.root / remote.lstrip("/")

    def payload(self) -> tuple[PayloadFile, ...]:
        """A runner, a small model and a large file."""
        made = (
            self._made("runner", RUNNER.encode),
            self._made("model.bin", lambda: os.urandom(MODEL_BYTES)),
            self._made("large.bin", lambda: os.urandom(LARGE_BYTES)),
        )
        return tuple(
            PayloadFile(name=path.name, file=files.ref(path), executable=path.name == "runner")
            for path in made
        )

    def bundle(self) -> Bundle:
        """The payload as what a stage would deploy."""
        payload = self.payload()
        artifact = Artifact(
            model="small",
            runtime="onnxruntime",
            precision="float32",
            scheme="float32",
            file=payload[1].file,
            signature=Signature(inputs=(_SPEC,), outputs=(_SPEC,)),
            parity=None,
            delegation=None,
            seconds=0.0,
            key="small",
        )
        return Bundle(
            artifact=artifact,
            abi="x86_64",
            command=("./runner",),
            environment={},
            payload=payload,
            key="bundled",
        )

    def local(self, name: str, content: bytes) -> Path:
        """A file of this host."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def _made(self, name: str, content: Callable[[], bytes]) -> Path:
        path = self.folder / name
        if not path.exists():
            path.write_bytes(content())
        return path


Act: TypeAlias = Callable[[Bench], None]


def connect(bench: Bench) -> None:
    """Connect, and see that a command answers."""
    with bench.connected() as connection:
        assert connection.run("echo fine").stdout == b"fine\n"


def push(bench: Bench) -> None:
    """Push a file of 150 KB."""
    content = os.urandom(MODEL_BYTES)
    file = bench.local("pushed.bin", content)
    with bench.connected() as connection:
        connection.push([Push(local=file, remote=f"{ROOT}/pushed.bin")])
    assert bench.on_host(f"{ROOT}/pushed.bin").read_bytes() == content


def push_text(bench: Bench) -> None:
    """Push 10 MB that become much smaller when they are compressed."""
    file = bench.local("text.bin", b"again and again " * 625_000)
    with bench.connected() as connection:
        connection.push([Push(local=file, remote=f"{ROOT}/text.bin")])
    assert bench.on_host(f"{ROOT}/text.bin").read_bytes() == file.read_bytes()


def pull(bench: Bench) -> None:
    """Pull a file of 3 MB; what arrives is what is there, or nothing arrives."""
    content = os.urandom(3_000_000)
    there = bench.on_host(f"{ROOT}/given.bin")
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_bytes(content)
    local = bench.folder / "pulled.bin"
    local.unlink(missing_ok=True)
    try:
        with bench.connected() as connection:
            connection.pull(f"{ROOT}/given.bin", local)
    except SideloadError:
        assert not local.exists()
        raise
    assert local.read_bytes() == content


def stat(bench: Bench) -> None:
    """Ask for the status of three paths, twice."""
    there = bench.on_host(f"{ROOT}/there")
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_bytes(b"12345")
    with bench.connected() as connection:
        for _ in range(2):
            found = connection.stat([f"{ROOT}/there", f"{ROOT}/not there", ROOT])
            assert [each is not None for each in found] == [True, False, True]


def deploy(bench: Bench) -> None:
    """Bring a runner, a model and a large file into the store."""
    with bench.connected() as connection:
        store(connection, root=ROOT, key=KEY, payload=bench.payload())
        assert present(connection, ROOT, [KEY]) == {KEY}


def measure(bench: Bench) -> None:
    """Deploy, run the runner, and fetch what it answers."""
    with bench.connected() as connection:
        stored = store(connection, root=ROOT, key=KEY, payload=bench.payload())
        with _run.run(
            connection,
            bench.bundle(),
            root=ROOT,
            directory=stored.directory,
            inputs=((SAMPLE,),),
            plan=MeasurementPlan(),
            silence_s=bench.timeout_s,
        ) as outcome:
            ((answer,),) = _answers.fetched(connection, outcome, bench.bundle().artifact.signature)
    assert np.array_equal(answer, SAMPLE)


def until_there(bench: Bench) -> None:
    """Wait until the phone takes connections, in case it has just rebooted."""
    deadline_s = time.monotonic() + bench.timeout_s
    while True:
        try:
            connect(bench)
        except RefusedError:
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        else:
            return


def problems(bench: Bench) -> list[str]:
    """What is wrong with the phone's store: objects that are not what their names say, and so on.

    A deployment is there with all that it names, or not at all; whatever may happen.
    """
    place = bench.on_host(ROOT)
    found = []
    for entry in (place / "objects").glob("*"):
        if not entry.is_file() or entry.is_symlink():
            found.append(f"{entry.name} is no file")
        elif hashlib.sha256(entry.read_bytes()).hexdigest() != entry.name:
            found.append(f"{entry.name} is something else")
    for manifest in (place / "deployments").glob("*.json"):
        names = [link.name for link in manifest.with_suffix("").iterdir() if link.exists()]
        if sorted(names) != ["large.bin", "model.bin", "runner"]:
            found.append(f"{manifest.name} names what is not there")
    return found


def is_deployed(bench: Bench) -> bool:
    """Is there a manifest?"""
    return bench.on_host(f"{ROOT}/deployments/{KEY}.json").exists()

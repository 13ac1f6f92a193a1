"""What a runner costs beside a bare loop around the same calls, on MobileNetV2 at 224×224."""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from sideload import runners
from sideload.host import cache, files, machine, places
from sideload.measure import lines
from sideload.measure.statistics import percentile
from sideload.runners import InputFile, Place, RunRequest, _compilers, _wheel, executorch
from sideload.values import MeasurementPlan
from tests.benchmarks.harness import figure

NATIVE: Final = Path(__file__).parent / "native"
DUETS: Final = 9
TURN_S: Final = 0.03
QUICK_PERCENT: Final = 25
# One thread: with several, whatever else this machine does decides the figure.
PLAN: Final = MeasurementPlan(warmup=10, warmup_ms=0, iterations=150, threads=1)
PIXELS: Final = (1, 3, 224, 224)
REACH: Final = 1.03


@figure(name="executorch runner, times a bare loop", unit="x", reach=REACH, better="lower")
def on_executorch() -> Sequence[float]:
    """One inference, ours to the bare loop's, in duets of fresh processes."""
    folder = _wheel.folder("executorch")
    include = folder / "include"
    link = [f"-L{folder / 'lib'}", "-Wl,--no-as-needed"]
    link += [f"-l{name}" for name in executorch.LIBRARIES]
    headers = [include, include / executorch.VENDORED]
    compiling = [*executorch.DEFINITIONS, *(f"-isystem{path}" for path in headers)]
    return _ratios("executorch", "model.pte", compiling, link)


@figure(name="onnxruntime runner, times a bare loop", unit="x", reach=REACH, better="lower")
def on_onnxruntime() -> Sequence[float]:
    """One inference, ours to the bare loop's, in duets of fresh processes."""
    return _ratios("onnxruntime", "model.onnx", [], ["-ldl"])


@dataclass(frozen=True, kw_only=True)
class Program:
    """One side of a duet; what it prints goes to `printed`, from which `read` takes its times."""

    argv: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    printed: Path
    read: Callable[[bytes], list[int]]

    @contextlib.contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """The running program; it is gone at the end."""
        with self.printed.open("wb") as stdout:
            child = subprocess.Popen(
                self.argv,
                cwd=self.folder,
                env=dict(self.environment),
                stdout=stdout,
                stderr=subprocess.DEVNULL,
            )
            try:
                yield child
            finally:
                child.kill()
                child.wait()

    def quick_ns(self) -> int:
        """Its lower quartile: what it adds, it adds to all, and the ends of turns only to some."""
        times = sorted(self.read(self.printed.read_bytes()))
        if len(times) != PLAN.iterations:
            raise RuntimeError(f"{self.argv[0]} printed {len(times)} times")
        return percentile(times, QUICK_PERCENT)


def _ratios(
    runtime: str, model: str, compiling: Sequence[str], link: Sequence[str]
) -> Sequence[float]:
    runner = runners.get(runtime).assemble(Place(abi=machine.abi() or ""))
    with tempfile.TemporaryDirectory(prefix="sideload-") as name:
        folder = Path(name)
        _assemble(folder, runner, model)
        _compile(runtime, folder, compiling, link)
        plan = [str(number) for number in (PLAN.threads, PLAN.warmup, PLAN.iterations)]
        environment = {
            name: value.format(folder=folder) for name, value in runner.environment.items()
        }
        program = partial(Program, folder=folder, environment=environment)
        ours = program(
            argv=[*runner.command, *_request(model)], printed=folder / "ours", read=_our_times
        )
        bare = program(
            argv=["./bare", model, "pixels.bin", *plan], printed=folder / "its", read=_bare_times
        )
        return [_duet(ours, bare) for _ in range(DUETS)]


def _assemble(folder: Path, runner: runners.Assembly, model: str) -> None:
    for file in runner.payload:
        (folder / file.name).symlink_to(file.file.path)
    for name in (model, "pixels.bin"):
        (folder / name).symlink_to(_models() / name)


def _duet(ours: Program, bare: Program) -> float:
    """A quick inference of ours to one of the bare loop's, both measured in the same seconds.

    Both processes are alive, and only ever one of them runs: whatever else the machine does in
    those seconds, it does to both.
    """
    with ours.started() as one, bare.started() as other:
        playing = random.sample([one, other], k=2)
        for child in playing:
            child.send_signal(signal.SIGSTOP)
        while playing:
            for child in list(playing):
                child.send_signal(signal.SIGCONT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(TURN_S)
                    playing.remove(child)
                child.send_signal(signal.SIGSTOP)
        return ours.quick_ns() / bare.quick_ns()


def _our_times(printed: bytes) -> list[int]:
    events = lines.parse(printed).of("iteration")
    return [event["ns"] for event in events if event["phase"] == "warm"]


def _bare_times(printed: bytes) -> list[int]:
    return [int(ns) for ns in printed.split()]


def _request(model: str) -> Sequence[str]:
    pixels = InputFile(name="pixels", file="pixels.bin", dtype="float32", shape=PIXELS)
    return runners.arguments(
        RunRequest(run_id="bench", model=model, samples=((pixels,),), plan=PLAN, outputs="out")
    )


def _compile(runtime: str, folder: Path, compiling: Sequence[str], link: Sequence[str]) -> None:
    source = NATIVE / f"{runtime}.cpp"
    argv = [*_compilers.own(machine.abi() or "").argv, "-std=c++17", "-O2", "-w", *compiling]
    argv += [f"-iquote{places.templates() / 'runners'}", str(source)]
    subprocess.run([*argv, "-o", str(folder / "bare"), *link], check=True, timeout=900)


def _models() -> Path:
    script = NATIVE / "make_model.py"
    key = hashlib.sha256(script.read_bytes()).hexdigest()[:16]
    folder = cache.folder("bench-models") / key
    if not folder.is_dir():
        with files.building(folder) as building:
            environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
            argv = [sys.executable, str(script), str(building)]
            subprocess.run(argv, check=True, capture_output=True, timeout=900, env=environment)
    return folder

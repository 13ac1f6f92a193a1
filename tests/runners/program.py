"""A runner of this machine in a folder of its own, started as a device would start it."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from sideload import runners
from sideload.host import machine, raw
from sideload.measure import lines
from sideload.measure.lines import Event, Log
from sideload.runners import InputFile, Place, RunRequest
from sideload.values import MeasurementPlan

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

HERE: Final = Place(abi=machine.abi() or "")
RUN: Final = "test-run"
QUICK: Final = MeasurementPlan(warmup=1, warmup_ms=0, iterations=2, threads=1)
SUFFIXES: Final = {"executorch": ".pte", "onnxruntime": ".onnx"}
RUNTIMES: Final = tuple(SUFFIXES)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a run ended, what it printed, and the folder it wrote to."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    log: Log
    folder: Path

    @property
    def error(self) -> Event:
        """The one error line."""
        (error,) = self.log.of("error")
        return error

    def answers(self, sample: int) -> list[Array]:
        """The outputs of one sample, read from the files as their lines describe them."""
        return [
            raw.decoded(
                (self.folder / event["file"]).read_bytes(), event["dtype"], tuple(event["shape"])
            )
            for event in self.log.of("output")
            if event["sample"] == sample
        ]


@dataclass(frozen=True, kw_only=True)
class Program:
    """The runner of one runtime; `folder` holds its payload under the names of the bundle."""

    runtime: str
    folder: Path

    def model(self, models: Path, name: str) -> Path:
        """One of the small models, in this runtime's format."""
        return models / f"{name}{SUFFIXES[self.runtime]}"

    def run(self, words: Sequence[str], folder: Path) -> Ran:
        """Start the program with exactly these arguments, in `folder`."""
        assembly = runners.get(self.runtime).assemble(HERE)
        program = self.folder / assembly.command[0]
        variables = assembly.environment.items()
        done = subprocess.run(
            [str(program), *words],
            cwd=folder,
            env={name: value.format(folder=self.folder) for name, value in variables},
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Ran(
            exit_code=done.returncode,
            stdout=done.stdout,
            stderr=done.stderr,
            log=lines.parse(done.stdout),
            folder=folder,
        )

    def ask(
        self,
        model: Path,
        *samples: Mapping[str, Array],
        folder: Path,
        plan: MeasurementPlan = QUICK,
        profile: str | None = None,
    ) -> Ran:
        """Run `model` on samples, which are written to `folder` first."""
        given = tuple(_written(sample, number, folder) for number, sample in enumerate(samples))
        return self.run(request(model, given, plan=plan, profile=profile), folder)


def request(
    model: Path,
    samples: tuple[tuple[InputFile, ...], ...],
    *,
    plan: MeasurementPlan = QUICK,
    profile: str | None = None,
) -> tuple[str, ...]:
    """The arguments for one run whose outputs are called `out`."""
    return runners.arguments(
        RunRequest(
            run_id=RUN,
            model=str(model),
            samples=samples,
            plan=plan,
            outputs="out",
            profile=profile,
        )
    )


def assembled(runtime: str, folder: Path) -> Program:
    """The payload of one runner, compiled if need be, in `folder`."""
    folder.mkdir()
    for file in runners.get(runtime).assemble(HERE).payload:
        (folder / file.name).symlink_to(file.file.path)
    return Program(runtime=runtime, folder=folder)


def _written(sample: Mapping[str, Array], number: int, folder: Path) -> tuple[InputFile, ...]:
    given = []
    for position, (name, array) in enumerate(sample.items()):
        file = f"in.{number}.{position}.bin"
        (folder / file).write_bytes(raw.encoded(array))
        given.append(InputFile(name=name, file=file, dtype=raw.dtype(array), shape=array.shape))
    return tuple(given)

"""The native programs that execute a model on a device; one file per runtime, found by its name.

Every runner takes the same arguments (`arguments`) and prints the same timing lines, so the stages
know nothing of the runtime underneath. Sources are in `templates/runners/`; they are compiled on
demand and cached by content. Nothing here imports torch or a runtime.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sideload.host import discover
from sideload.values import CLibrary, MeasurementPlan, PayloadFile


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """One raw input on the device: row-major bytes of `dtype` and `shape` (elements per axis)."""

    name: str
    file: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """One run of a runner. File names are relative to the folder it is started in.

    `samples` are answered once each, in order, before anything is timed; the first is the one that
    is timed. Output `j` of sample `i` is written to `<outputs>.<i>.<j>.bin`. With `profile` the run
    is the separate operator pass: it times operators into that file, and its iterations are not
    to be compared with those of a run without.
    """

    run_id: str
    model: str
    samples: tuple[tuple[InputFile, ...], ...]
    plan: MeasurementPlan
    outputs: str
    profile: str | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a runner is to run: an instruction set in Android's words, and a C library.

    `libraries` is the folder of the user's own libraries for Android, for `bionic` only.
    """

    abi: str
    libc: CLibrary = "host"
    libraries: str = ""


@dataclass(frozen=True, kw_only=True)
class Licence:
    """Under which terms part of a payload may be passed on: `files` hold the texts."""

    of: str
    files: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """A program, the libraries it needs, and how it is started in the folder that holds them.

    The first file is the program. Names in `command` are payload names; in a value of
    `environment`, `{folder}` stands for the folder.
    """

    payload: tuple[PayloadFile, ...]
    command: tuple[str, ...]
    environment: Mapping[str, str]
    licences: tuple[Licence, ...]


class Runner(Protocol):
    """The runner of one runtime."""

    def assemble(self, place: Place) -> Assembly:
        """Everything that the device needs but a model; compiled and fetched now if need be.

        Raises:
            AbiError: Nothing can be made for that instruction set.
            MissingToolError: No C++ compiler, or what it takes for another machine cannot be had.
            MissingPackageError: The runtime's wheel, which holds the libraries, is not installed.
            ToolFailedError: The compiler refused, or there is no network.
        """

    def operators(self, profile: Path) -> tuple[Mapping[str, Any], ...]:
        """Rows of a pulled profile: `operator`, `backend`, `calls`, `ns`; the slowest first."""


def arguments(request: RunRequest) -> tuple[str, ...]:
    """What follows an assembly's command; the same for every runtime."""
    plan = request.plan
    words = ["--run", request.run_id, "--model", request.model, "--threads", str(plan.threads)]
    words += ["--warmup", str(plan.warmup), "--warmup-ms", str(plan.warmup_ms)]
    words += ["--iterations", str(plan.iterations), "--outputs", request.outputs]
    if request.profile is not None:
        words += ["--profile", request.profile]
    for sample in request.samples:
        words += ["--sample", *_inputs(sample)]
    return tuple(words)


def _inputs(sample: Sequence[InputFile]) -> list[str]:
    # A name may hold anything but a NUL, so it comes last: `dtype:2x3:file:name`.
    words = []
    for given in sample:
        shape = "x".join(str(size) for size in given.shape)
        words += ["--input", f"{given.dtype}:{shape}:{given.file}:{given.name}"]
    return words


def get(name: str) -> Runner:
    """The runner of the runtime of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Runner = discover.load("runners", name)
    return adapter

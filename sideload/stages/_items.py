"""What the user asked for, as items: one model for one runtime at one precision of one target."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload import schemes, sources
from sideload.errors import (
    InputsError,
    SchemeError,
    UnknownAdapterError,
    UnknownModelError,
    UsageError,
)
from sideload.host import discover, places
from sideload.sources import Origin
from sideload.values import Target

FLOATING: Final = frozenset({"float32", "float16"})


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What was typed; empty tuples mean what the target says."""

    target: Target
    models: tuple[str, ...] = ()
    runtimes: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    inputs: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One artifact to make; `precision` is as it was asked for: a precision or a scheme."""

    origin: Origin
    model: str
    runtime: str
    precision: str
    target: Target
    inputs: tuple[Path, ...] = ()

    @property
    def is_quantised(self) -> bool:
        """Whether it goes through the stage `quantize` instead of `export`."""
        return self.precision not in FLOATING

    @property
    def label(self) -> str:
        """How progress lines call it."""
        return f"{self.model} for {self.runtime} at {self.precision}"

    def folder(self, stage: str) -> Path:
        """Where a stage, such as `1-export`, keeps what it made of this item."""
        parent = places.artifacts() / self.model / self.target.name / stage
        return parent / f"{self.runtime}-{self.precision}"


def items(ask: Ask) -> tuple[Item, ...]:
    """Every combination that makes sense, models in the order given.

    Raises:
        UnknownModelError: A model is nothing that can be found.
        UnknownAdapterError: No runtime of that name.
        SchemeError: A precision that no runtime asked for has, or one that is refused.
        UsageError: Nothing is asked for, or two models have one name.
    """
    named = [_named(spec) for spec in ask.models or ask.target.models]
    _check_models(named, ask)
    return tuple(
        Item(
            origin=origin,
            model=model,
            runtime=runtime,
            precision=precision,
            target=ask.target,
            inputs=ask.inputs,
        )
        for origin, model in named
        for runtime, precision in _pairs(ask, origin)
    )


def _named(spec: str) -> tuple[Origin, str]:
    origin = sources.resolve(spec)
    source = sources.get(origin.source)
    for path in source.files(origin.spec):
        if not path.exists():
            raise UnknownModelError(
                f"there is no file {path}", remedy="check the spelling, and the folder you are in"
            )
    return origin, source.name(origin.spec)


def _check_models(named: Sequence[tuple[Origin, str]], ask: Ask) -> None:
    if not named:
        raise UsageError(
            f"the target {ask.target.name} names no models, and no --model was given",
            remedy=f"--model {discover.names('models')[0]}",
        )
    names = [model for _, model in named]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(
            f"two models are called {twice[0]}, and would overwrite each other",
            remedy="give them one after the other, or rename one of the files",
        )
    if ask.inputs and len(named) > 1:
        raise InputsError(
            f"--inputs holds the inputs of one model, and {len(named)} were asked for",
            remedy=f"--model {named[0][0].spec} --inputs {ask.inputs[0]}",
        )


def _pairs(ask: Ask, origin: Origin) -> list[tuple[str, str]]:
    runtimes = ask.runtimes or ask.target.runtimes
    for runtime in runtimes:
        if runtime not in discover.names("runtimes"):
            raise UnknownAdapterError("runtimes", runtime, discover.names("runtimes"))
    if origin.source == "onnx" and not ask.runtimes:
        runtimes = tuple(name for name in runtimes if name == "onnxruntime")
    pairs = []
    for precision in dict.fromkeys(ask.precisions or ask.target.precisions):
        able = [runtime for runtime in dict.fromkeys(runtimes) if _has(runtime, precision)]
        if not able:
            schemes.candidates((*runtimes, "onnxruntime")[0], precision)  # raises, saying why
        pairs += [(runtime, precision) for runtime in able]
    # One runtime after the other keeps the table readable.
    return sorted(pairs, key=lambda pair: runtimes.index(pair[0]))


def _has(runtime: str, precision: str) -> bool:
    """Whether the runtime has a scheme of that name; one that is refused is an error at once."""
    try:
        return bool(schemes.candidates(runtime, precision))
    except SchemeError:
        if (runtime, precision) in schemes.REFUSED:
            raise
        return False

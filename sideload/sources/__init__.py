"""Where models come from; one file per kind of source, found by its name.

`--model` is a text; `resolve` says which adapter it belongs to from its form alone, without
importing torch or reading the model. `load` runs only inside a worker process: a source may execute
the user's code.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from sideload.errors import UnknownModelError
from sideload.host import discover
from sideload.values import Subject

HUB_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
WEIGHTS: Final = (".pt", ".pth", ".ckpt", ".bin", ".safetensors")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A model that was named: the adapter's name, and the text that the user gave."""

    source: str
    spec: str


class Source(Protocol):
    """One kind of source, seen from the stages."""

    def name(self, spec: str) -> str:
        """The model's own name, a safe file name: letters, digits, `_`, `.` and `-`; no torch."""

    def files(self, spec: str) -> tuple[Path, ...]:
        """Every file whose content decides what `load` returns, as far as known before loading."""

    def load(self, spec: str, *, dynamic: bool) -> Subject:
        """The model in memory, in eval mode, with real inputs where it brings them.

        Args:
            spec: The text that `resolve` claimed for this adapter.
            dynamic: Whether to leave batch and sequence open where the model makes sense of it.

        Raises:
            SourceError: It raised, or is not a model; the message shows the user's line.
            BadModelFileError: A file is corrupt, truncated, empty or too new.
            MissingPackageError: A package that it needs is not installed.
        """


def get(name: str) -> Source:
    """The source adapter of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Source = discover.load("sources", name)
    return adapter


def resolve(spec: str) -> Origin:
    """Which adapter `spec` belongs to.

    Raises:
        UnknownModelError: Nothing in the catalogue, on disk or on a hub can be called that.
    """
    path, colon, function = spec.rpartition(":")
    whole = spec.rpartition("#")[0] or spec
    if spec in discover.names("models"):
        return Origin(source="catalogue", spec=spec)
    if colon and path.endswith(".py") and function:
        return Origin(source="python", spec=spec)
    if spec.endswith((".onnx", ".pt2")):
        return Origin(source="onnx" if spec.endswith(".onnx") else "pt2", spec=spec)
    if spec and (Path(spec).is_dir() or Path(whole).is_dir()):
        return Origin(source="huggingface", spec=spec)
    if HUB_ID.fullmatch(whole) and not spec.endswith((".py", *WEIGHTS)):
        return Origin(source="huggingface", spec=spec)
    raise UnknownModelError(f"no model called {spec!r}", remedy=_remedy(spec))


def _remedy(spec: str) -> str:
    """What to type instead; for the usual mistakes, what they lack."""
    if spec.endswith(WEIGHTS):
        return (
            "this file holds weights alone: write a function that loads them into its module, "
            "and give file.py:function"
        )
    if spec.rstrip(":").endswith(".py"):
        return f"name the function in it that returns the model: {spec.rstrip(':')}:function"
    return (
        f"use one of {', '.join(discover.names('models'))}, or file.py:function, "
        "a Hugging Face folder or id, a .pt2 or a .onnx file"
    )

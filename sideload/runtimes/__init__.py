"""What executes a model on a device; one file per runtime, found by its name.

A runtime lowers one captured program at a scheme, and runs the file on this machine so that its
answers can be compared with PyTorch's. Everything here is imported only inside a worker process.
"""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from sideload.errors import MissingPackageError
from sideload.host import discover
from sideload.schemes import Scheme
from sideload.values import Delegation, Method, Signature, Subject

if TYPE_CHECKING:
    import numpy as np

    from sideload.values import Arrays

    Answers: TypeAlias = tuple[np.ndarray[Any, np.dtype[Any]], ...]
    Call: TypeAlias = Callable[[Arrays], Answers]


@dataclass(frozen=True, kw_only=True)
class Captured:
    """A subject after `torch.export`; `program` is None for an existing ONNX file.

    `notes` say what the capture had to give up, such as an open axis. `methods` are what the model
    computes beside `forward`, each captured by itself; their subjects have the methods' names.
    """

    subject: Subject
    program: Any
    signature: Signature
    notes: tuple[str, ...] = ()
    methods: tuple["Captured", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lowered:
    """A written file: what delegates took of it, and what a reader should know about it.

    `extra_files` lie beside `path` and belong to it: weights too large for one file.
    `least_runtime` is the oldest version of the runtime that reads them, empty if unknown.
    """

    path: Path
    signature: Signature
    delegation: Delegation | None = None
    extra_files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    least_runtime: str = ""


class Runtime(Protocol):
    """A runtime, seen from the stages."""

    suffix: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]
    backends: ClassVar[tuple[str, ...]]

    def candidates(self, captured: Captured, asked: str) -> Sequence[Scheme]:
        """Schemes that `asked` (a precision or a scheme) can mean here, the best first.

        Raises:
            SchemeError: Unknown, unsupported for this kind of model, or known to be wrong.
        """

    def lower(self, captured: Captured, scheme: Scheme, backend: str, path: Path) -> Lowered:
        """Write the program to `path` at `scheme` for `backend`, checked by the format's checker.

        Raises:
            ArtifactCheckError: The file does not pass its checker.
            SchemeError: `backend` cannot carry `scheme`.
        """

    def load(self, path: Path, signature: Signature | Method) -> "Call | None":
        """Open a lowered file on this machine, for `forward` or for another of its methods.

        None where its backend cannot run here.
        """


def get(name: str) -> Runtime:
    """The runtime of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
        MissingPackageError: A package that it needs is not installed.
    """
    try:
        adapter: Runtime = discover.load("runtimes", name)
    except ModuleNotFoundError as error:
        raise MissingPackageError(error.name or name, name) from error
    for package in adapter.packages:
        if importlib.util.find_spec(package) is None:
            raise MissingPackageError(package, name)
    return adapter

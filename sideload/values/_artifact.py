"""A model on its way to a file that a runtime loads, the file, and the proof that it is right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sideload.values._signature import Dimension, Signature

if TYPE_CHECKING:
    import numpy as np

    Arrays: TypeAlias = Mapping[str, np.ndarray[Any, np.dtype[Any]]]


@dataclass(frozen=True, kw_only=True)
class FileRef:
    """A file and its content: path, lower-case hex SHA-256, size in bytes."""

    path: Path
    sha256: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A task's own figure on evaluation data, for PyTorch and for the artifact, as a share of 1."""

    name: str
    reference: float
    value: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How far an artifact's answers are from PyTorch's, the worst over all samples and outputs.

    `cosine` is a similarity in [-1, 1]; `max_abs_error` is in the outputs' own unit; `sqnr_db` is
    10·log10(signal power / error power) over all samples together. `data` says what the inputs
    were: the user's own, or what the source supplies (real sentences, photographs, …).
    """

    cosine: float
    max_abs_error: float
    sqnr_db: float
    samples: int
    data: str
    metric: Metric | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What parity must reach.

    The least cosine, the least SQNR in decibels, and the greatest loss of the metric as a share
    of 1.
    """

    cosine: float
    sqnr_db: float
    metric_loss: float


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """How many operators a backend took, and which it left to portable kernels."""

    backends: tuple[str, ...]
    delegated: int
    portable: int
    portable_operators: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """One lowered model: its file, what it takes and gives, and the proof that it is right.

    `dependencies` are files that turned out to matter while the source was loaded, such as modules
    that the user's file imports; the artifact is out of date when one of them changes.
    `least_runtime` is the oldest version of the runtime that reads the file, such as `1.20`; empty
    where that is not known. `asked` are the options of `sideload bind` that ask for it and its
    class once more; empty until it is bound.
    """

    model: str
    runtime: str
    precision: str
    scheme: str
    file: FileRef
    signature: Signature
    parity: Parity | None
    delegation: Delegation | None
    seconds: float
    key: str
    extra_files: tuple[FileRef, ...] = ()
    samples: FileRef | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    dependencies: tuple[FileRef, ...] = ()
    least_runtime: str = ""
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bindings:
    """Generated source: one typed class for one artifact."""

    language: str
    class_name: str
    artifact_sha256: str
    files: tuple[FileRef, ...]
    key: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A model in memory, on its way from a source to a runtime.

    `module` is a `torch.nn.Module` in eval mode that takes its inputs by position, in the order of
    `examples`, and returns one tensor or a tuple of tensors; it is None for an existing ONNX file,
    whose path is then `onnx_file`. Each sample is a mapping from input name to array, batch first.
    `dynamic` names the axes whose size is chosen at run time, by input name and axis.
    `evaluation` holds real inputs (never random numbers alone); `data` says what they are.
    `expected` has one class index for each evaluation sample, or is empty. `methods` are what the
    model computes beside `forward`, each a subject called by the method's name.
    """

    name: str
    module: Any
    examples: "Arrays"
    output_names: tuple[str, ...] = ()
    dynamic: Mapping[str, Mapping[int, Dimension]] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    calibration: tuple["Arrays", ...] = ()
    evaluation: tuple["Arrays", ...] = ()
    expected: tuple[int, ...] = ()
    data: str = ""
    kind: str = "other"
    onnx_file: Path | None = None
    dependencies: tuple[Path, ...] = ()
    methods: tuple["Subject", ...] = ()

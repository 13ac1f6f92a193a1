"""The nouns: frozen values that pass between the stages; nothing here does anything.

Each value that a stage returns can be written as JSON and read back (`host.jsonfile`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sideload.facts import PhoneFacts

if TYPE_CHECKING:
    import numpy as np

    Arrays: TypeAlias = Mapping[str, np.ndarray[Any, np.dtype[Any]]]

# Whose C library a runner uses: this machine's, one that it brings along, or Android's own.
CLibrary: TypeAlias = Literal["host", "carried", "bionic"]

SCHEMA: Final = "sideload/1"
LINE_MARK: Final = "sideload:1 "


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One axis whose size is chosen at run time; bounds are inclusive, in elements."""

    name: str
    min: int
    max: int | None


@dataclass(frozen=True, kw_only=True)
class TensorSpec:
    """One input or output: its name at the border, numpy's name of its dtype, its shape.

    Without axes it is a single number. A dtype may be `string`. `inside` is what the model itself
    computes with, where the file's border has another dtype because some language needs it.
    """

    name: str
    dtype: str
    shape: tuple[int | Dimension, ...]
    inside: str = ""


@dataclass(frozen=True, kw_only=True)
class Method:
    """What the same file computes beside `forward`, under the name that it has in the file."""

    name: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What goes in and comes out of `forward`, captured once at export.

    `labels` name the classes along the last axis of the first output; empty where there are none.
    `methods` are the others, in order; empty for most models.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    labels: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()


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
    where that is not known.
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


@dataclass(frozen=True, kw_only=True)
class Bindings:
    """Generated source: one typed class for one artifact."""

    language: str
    class_name: str
    artifact_sha256: str
    files: tuple[FileRef, ...]
    key: str


@dataclass(frozen=True, kw_only=True)
class PayloadFile:
    """A file of a bundle under the name that the device will see."""

    name: str
    file: FileRef
    executable: bool = False


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Everything a device needs to execute one artifact: a runner, its libraries, the model.

    `command` is the argument list that starts the runner; names in it are payload names.
    """

    artifact: Artifact
    abi: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    payload: tuple[PayloadFile, ...]
    key: str


@dataclass(frozen=True, kw_only=True)
class Device:
    """A phone, or something that speaks a phone's protocol."""

    serial: str
    transport: str
    simulated: bool
    model: str
    system: str
    abi: str
    state: str = "device"
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A bundle on a device, verified by hash, with its first answers verified against PyTorch."""

    bundle_key: str
    model: str
    runtime: str
    precision: str
    scheme: str
    device: Device
    directory: str
    pushed_bytes: int
    reused_bytes: int
    parity: Parity | None
    key: str
    outputs: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Percentiles of the steady-state iterations, in nanoseconds."""

    p50: int
    p90: int
    p99: int
    count: int


@dataclass(frozen=True, kw_only=True)
class TimingLog:
    """What one run of a runner measured; `log` holds the raw lines.

    `load_ns` and `first_ns` are wall time on the device's monotonic clock; `peak_bytes` is the
    process's peak resident memory. `complete` is false where the log has no `bye`. `before` and
    `after` are the state of the device; None in a log of an older version.
    """

    log: Path
    load_ns: int
    first_ns: int
    latency_ns: Latency
    peak_bytes: int
    output_sha256: str
    complete: bool
    hello: Mapping[str, Any] = field(default_factory=dict)
    operators: tuple[Mapping[str, Any], ...] = ()
    foreign_lines: int = 0
    torn_lines: int = 0
    measured_at: str = ""
    before: PhoneFacts | None = None
    after: PhoneFacts | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """How far one artifact came: on a device, and what it takes there."""

    artifact: Artifact
    deployment: Deployment
    timing: TimingLog | None


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something that this machine has or lacks; `remedy` is what to type where it lacks it."""

    name: str
    found: str
    ok: bool
    needed_for: str
    remedy: str = ""


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


@dataclass(frozen=True, kw_only=True)
class MeasurementPlan:
    """How a runner measures: counts of inferences, and a least time to warm up in milliseconds."""

    warmup: int = 10
    warmup_ms: int = 100
    iterations: int = 50
    threads: int = 2
    operators: bool = True


@dataclass(frozen=True, kw_only=True)
class FleetPlan:
    """How many phones are worked on: how many at once, how often each is tried again, and when not.

    `backoff_s` is the pause before the second try, doubled before each further one; `timeout_s`
    bounds one try with one phone; `quarantine_after` counts runs that failed in a row, 0 for never.
    """

    parallel: int = 16
    retries: int = 2
    backoff_s: float = 1.0
    timeout_s: float = 3600.0
    quarantine_after: int = 3
    quarantine_s: float = 3600.0


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a model runs: platform, runtimes, precisions, backend and measurement plan.

    `precisions` holds names of precisions (`int8`) or of schemes (`8da4w`). `backend` is what
    ExecuTorch lowers to. `limits` overrides the parity limits by precision name. `device_budget` is
    the most that deployments may take of a device, with its unit. `runner` is `glibc`, or
    `ndk` with libraries of the user's own in the folder `runner_libraries`.
    """

    name: str
    platform: str
    runtimes: tuple[str, ...]
    precisions: tuple[str, ...]
    models: tuple[str, ...] = ()
    backend: str = "xnnpack"
    dynamic: bool = True
    languages: tuple[str, ...] = ("python",)
    profile: MeasurementPlan = field(default_factory=MeasurementPlan)
    limits: Mapping[str, "Limits"] = field(default_factory=dict)
    fleet: FleetPlan = field(default_factory=FleetPlan)
    device_root: str = "/data/local/tmp/sideload"
    device_budget: str | None = None
    runner: str = "glibc"
    runner_libraries: str = ""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What parity must reach.

    The least cosine, the least SQNR in decibels, and the greatest loss of the metric as a share
    of 1.
    """

    cosine: float
    sqnr_db: float
    metric_loss: float

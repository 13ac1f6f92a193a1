"""The nouns: frozen values that pass between the stages; nothing here does anything.

Each value that a stage returns can be written as JSON and read back (`host.jsonfile`).
"""

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sideload.values._app import Apk
from sideload.values._artifact import (
    Artifact,
    Bindings,
    Delegation,
    FileRef,
    Limits,
    Metric,
    Parity,
    Subject,
)
from sideload.values._device import (
    Bundle,
    Deployment,
    Device,
    PayloadFile,
)
from sideload.values._result import (
    Check,
    Latency,
    Result,
    TimingLog,
)
from sideload.values._signature import (
    Dimension,
    Method,
    Signature,
    TensorSpec,
)
from sideload.values._target import (
    FleetPlan,
    MeasurementPlan,
    Target,
)

if TYPE_CHECKING:
    from sideload.values._artifact import Arrays as Arrays

__all__ = [
    "LINE_MARK",
    "SCHEMA",
    "Apk",
    "Artifact",
    "Bindings",
    "Bundle",
    "CLibrary",
    "Check",
    "Delegation",
    "Deployment",
    "Device",
    "Dimension",
    "FileRef",
    "FleetPlan",
    "Latency",
    "Limits",
    "MeasurementPlan",
    "Method",
    "Metric",
    "Parity",
    "PayloadFile",
    "Result",
    "Signature",
    "Subject",
    "Target",
    "TensorSpec",
    "TimingLog",
]

# Whose C library a runner uses: this machine's, one that it brings along, or Android's own.
CLibrary: TypeAlias = Literal["host", "carried", "bionic"]

SCHEMA: Final = "sideload/1"
LINE_MARK: Final = "sideload:1 "

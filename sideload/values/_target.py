"""What a person asks for: where models run, how they are measured, how phones are treated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sideload.values._artifact import Limits


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
    `ndk` with libraries of the user's own in the folder `runner_libraries`. `run` is `shell`, for a
    runner, or `app`, for an app that measures in its place.
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
    limits: Mapping[str, Limits] = field(default_factory=dict)
    fleet: FleetPlan = field(default_factory=FleetPlan)
    device_root: str = "/data/local/tmp/sideload"
    device_budget: str | None = None
    runner: str = "glibc"
    runner_libraries: str = ""
    run: str = "shell"

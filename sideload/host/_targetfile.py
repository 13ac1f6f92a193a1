"""What a target file may hold: keys, types and bounds, in the one place that says so.

Editors get it as JSON Schema, people as a table, and `targets.read` checks files against it.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from sideload.values import FleetPlan, MeasurementPlan, Target

STRICT: Final = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]


class ProfileKeys(BaseModel):
    """How a runner measures."""

    model_config = STRICT

    warmup: int = Field(
        default=MeasurementPlan.warmup,
        ge=0,
        le=100_000,
        description="inferences before the first one that is counted",
    )
    warmup_ms: int = Field(
        default=MeasurementPlan.warmup_ms,
        ge=0,
        le=600_000,
        description="milliseconds to warm up for at least",
    )
    iterations: int = Field(
        default=MeasurementPlan.iterations,
        ge=1,
        le=1_000_000,
        description="inferences that are timed",
    )
    threads: int = Field(
        default=MeasurementPlan.threads, ge=1, le=256, description="threads of the runtime"
    )
    operators: bool = Field(
        default=MeasurementPlan.operators,
        description="whether to time each operator too, in a pass of its own",
    )


class LimitKeys(BaseModel):
    """What parity with PyTorch must reach; all three are given together."""

    model_config = STRICT

    cosine: float = Field(ge=-1, le=1, description="the least cosine similarity")
    sqnr_db: float = Field(
        ge=-100, le=1000, description="the least signal to quantisation noise ratio, in dB"
    )
    metric_loss: float = Field(
        ge=0, le=1, description="the greatest loss of the task's own metric, as a share of 1"
    )


class FleetKeys(BaseModel):
    """How many phones are worked on at once."""

    model_config = STRICT

    parallel: int = Field(
        default=FleetPlan.parallel,
        ge=1,
        le=1000,
        description="phones that are worked on at once; `--jobs` comes before it",
    )
    retries: int = Field(
        default=FleetPlan.retries,
        ge=0,
        le=100,
        description="times that a phone is tried again after its connection broke",
    )
    backoff_s: float = Field(
        default=FleetPlan.backoff_s,
        ge=0,
        le=3600,
        description="seconds before the second try, about doubled before each further one",
    )
    timeout_s: float = Field(
        default=FleetPlan.timeout_s,
        gt=0,
        le=864_000,
        description="seconds that one try with one phone may take",
    )
    quarantine_after: int = Field(
        default=FleetPlan.quarantine_after,
        ge=0,
        le=1000,
        description="runs failed in a row after which a phone is left alone; 0 for never",
    )
    quarantine_s: float = Field(
        default=FleetPlan.quarantine_s,
        ge=0,
        le=31_536_000,
        description="seconds that it is left alone",
    )


class TargetKeys(BaseModel):
    """Where a model runs: platform, runtimes, precisions and measurement plan."""

    model_config = STRICT

    platform: Name = Field(description="what the device runs")
    runtimes: Names = Field(description="what executes the model; each gets its own file")
    precisions: Names = Field(
        description="precisions, for which the fitting scheme is picked, or schemes by name"
    )
    models: Names = Field(
        default=Target.models,
        description="models to deploy where `--model` names none",
    )
    backend: Name = Field(
        default=Target.backend, description="what ExecuTorch hands the model's operators to"
    )
    dynamic: bool = Field(
        default=Target.dynamic,
        description="whether batch and sequence stay open where the model allows it",
    )
    languages: Names = Field(default=Target.languages, description="languages to write classes in")
    profile: ProfileKeys = Field(default_factory=ProfileKeys, description="how a runner measures")
    limits: dict[str, LimitKeys] = Field(
        default_factory=dict,
        description="what parity must reach, by precision, in place of the usual limits",
    )
    fleet: FleetKeys = Field(
        default_factory=FleetKeys, description="how several phones are worked on"
    )
    device_root: Name = Field(
        default=Target.device_root, description="the folder on the device that everything goes to"
    )
    device_budget: Name | None = Field(
        default=Target.device_budget,
        description="the most that deployments may take of a device, such as `4 GB`; "
        "without it, what was not used for long goes when half of the free space is taken",
    )
    runner: Name = Field(
        default=Target.runner,
        description="whose C library runners for Android use: `glibc`, brought along, or an NDK's",
    )
    runner_libraries: str = Field(
        default=Target.runner_libraries,
        max_length=4000,
        description="for `runner: ndk`, the folder with the runtimes built for Android",
    )
    run: Name = Field(
        default=Target.run,
        description="what measures on the device: a program of the `shell`, or an `app` that is "
        "installed for it and taken away again",
    )


def schema(choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The JSON Schema of a target file; `choices` are the names that a key, or its items, takes."""
    described = TargetKeys.model_json_schema()
    for key, names in choices.items():
        place = described["properties"][key]
        place.get("items", place)["enum"] = sorted(names)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "sideload target"}
    return {**_untitled(described), **head}


def _untitled(described: dict[str, Any]) -> dict[str, Any]:
    # pydantic derives titles from the keys, which editors would show in place of the descriptions.
    return {
        key: _untitled(value) if isinstance(value, dict) else value
        for key, value in described.items()
        if key != "title"
    }

"""What the stages ask of a worker, and how both sides write it: one JSON object per line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sideload import errors
from sideload.errors import SideloadError, WorkerCrashError
from sideload.values import Limits

SAMPLES_FILE: Final = "samples.npz"


@dataclass(frozen=True, kw_only=True)
class Job:
    """Lower one model for one runtime at one precision, into `folder`.

    `limits` overrides the parity limits by precision or scheme name. `inputs` are `.npz` files that
    replace the model's own evaluation inputs. `casts` are dtypes that a language of the target
    cannot carry, and what the border has instead.
    """

    source: str
    spec: str
    model: str
    runtime: str
    precision: str
    backend: str
    dynamic: bool
    folder: Path
    key: str
    inputs: tuple[Path, ...] = ()
    limits: Mapping[str, Limits] = field(default_factory=dict)
    casts: Mapping[str, str] = field(default_factory=dict)


def described(error: SideloadError) -> dict[str, str]:
    """An error as plain data, for `raised` on the other side of a pipe."""
    return {"type": type(error).__name__, "problem": error.problem, "remedy": error.remedy}


def raised(fields: Mapping[str, Any]) -> SideloadError:
    """The error that `described` wrote; its class is looked up by name in the tree."""
    kind = getattr(errors, str(fields["type"]), None)
    problem, remedy = str(fields["problem"]), str(fields["remedy"])
    if not (isinstance(kind, type) and issubclass(kind, SideloadError)):
        return WorkerCrashError(f"{fields['type']}: {problem}", remedy=remedy)
    made = kind.__new__(kind)
    # Some classes build their sentence from parts; here the sentence is already there.
    SideloadError.__init__(made, problem, remedy=remedy)
    return made

"""Wrong use or configuration: exit code 2."""

from collections.abc import Iterable

from sideload.errors._base import SideloadError


class UsageError(SideloadError):
    """Wrong use or configuration."""

    exit_code = 2


class UnknownAdapterError(UsageError):
    """No file of that name in a family of adapters."""

    def __init__(self, family: str, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"no {family.removesuffix('s')} called {name!r}",
            remedy=f"use one of {', '.join(sorted(known))}, or add sideload/{family}/{name}.py",
        )


class UnknownModelError(UsageError):
    """`--model` names nothing in the catalogue and nothing on disk."""


class UnknownTargetError(UsageError):
    """`--target` names no file in `targets/` and no file on disk."""


class YamlError(UsageError):
    """A YAML file is not one that we read; the message names the line."""


class TargetError(UsageError):
    """A target file is not valid; the message lists every fault with its line."""


class NameError_(UsageError):  # noqa: N801, N818 - NameError is Python's own
    """A name cannot be made into a file name, an identifier or a device path."""


class SourceError(UsageError):
    """A model's source raised, or returned something else than a model."""


class CaptureError(SourceError):
    """`torch.export` cannot capture the model; the message shows the user's line."""


class OpenAxisError(CaptureError):
    """The model is captured only with fixed axes, and its samples are of other sizes."""


class BadModelFileError(SourceError):
    """A model file is corrupt, truncated, empty, or of a version that cannot be carried."""


class InputsError(UsageError):
    """Inputs are missing, or do not fit the model's signature."""


class SchemeError(UsageError):
    """A precision or scheme is unknown, unsupported, or known to be silently wrong."""


class PlanError(UsageError):
    """The looks of a comparison are out of order, or allow more false alarms than there may be."""


class BindingInputError(UsageError):
    """A generated class was given a wrong file, shape or dtype."""


class ProjectError(UsageError):
    """A folder is no app that models can be put into, or holds something else than ours."""


class EditedError(ProjectError):
    """Somebody changed what was put into an app; the message names file and lines."""


class HostFileError(UsageError):
    """A file or folder on this machine cannot be read or written."""


class BusyError(HostFileError):
    """Another run holds the lock, and did not let go in time."""

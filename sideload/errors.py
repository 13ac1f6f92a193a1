"""Every way to fail, each with what to type next and the exit code it ends the program with.

SideloadError                    1
├── GateError                    1  a gate said no
│   ├── ParityError
│   ├── DelegationError
│   ├── LoweringError
│   ├── ArtifactCheckError
│   └── DeviceParityError
├── UsageError                   2  wrong use or configuration
│   ├── UnknownAdapterError
│   ├── UnknownModelError
│   ├── UnknownTargetError
│   ├── YamlError
│   ├── TargetError
│   ├── NameError_
│   ├── SourceError
│   │   ├── CaptureError
│   │   │   └── OpenAxisError
│   │   └── BadModelFileError
│   ├── InputsError
│   ├── SchemeError
│   ├── BindingInputError
│   ├── ProjectError
│   │   └── EditedError
│   └── HostFileError
│       └── BusyError
├── DeviceError                  3  trouble with a phone
│   ├── NoDeviceError
│   ├── AbiError
│   ├── RefusedError
│   ├── UnauthorizedError
│   ├── DeviceGoneError
│   ├── DeviceFullError
│   ├── TransferError
│   ├── ProtocolError
│   ├── HashMismatchError
│   ├── DeviceCommandError
│   ├── DeviceBusyError
│   ├── QuarantinedError
│   ├── TooLongError
│   └── RunnerError
├── SomeFailedError              5  of several phones, some failed and some did not
└── ToolError                    4  a program or package is missing or failed
    ├── MissingToolError
    ├── MissingPackageError
    ├── ToolFailedError
    └── WorkerCrashError

A person who interrupts gets 130 from the command line, not from here.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

INTERRUPTED: Final = 130


class SideloadError(Exception):
    """Base of every expected failure; `str(error)` is what a person reads."""

    exit_code: ClassVar[int] = 1

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}\n  try: {self.remedy}"


class GateError(SideloadError):
    """A gate said no: the work was done and its result is not good enough."""


class ParityError(GateError):
    """What was exported does not compute what PyTorch computes."""


class DelegationError(GateError):
    """A convolution or matrix product was left to the slow portable kernels."""


class LoweringError(GateError):
    """A runtime's own exporter refuses a model that `torch.export` captured."""


class ArtifactCheckError(GateError):
    """The written file does not pass its own format's checker."""


class DeviceParityError(GateError):
    """The device answers differently from this machine."""


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


class DeviceError(SideloadError):
    """Trouble with a phone."""

    exit_code = 3


class NoDeviceError(DeviceError):
    """No phone answers to the name given, or none is attached."""


class AbiError(DeviceError):
    """Nothing that the phone's processor can execute can be made on this machine."""


class RefusedError(DeviceError):
    """Nothing listens at the phone's address, or it refused the service asked for."""


class UnauthorizedError(DeviceError):
    """The phone does not trust this machine's key."""


class DeviceGoneError(DeviceError):
    """The connection broke, or the phone fell silent for longer than the timeout."""


class DeviceFullError(DeviceError):
    """The phone has too little free space."""


class TransferError(DeviceError):
    """The phone refused a file, or to give one up; the message holds its reason."""


class ProtocolError(DeviceError):
    """The other end does not speak the protocol."""


class HashMismatchError(DeviceError):
    """What arrived on the phone is not what was sent."""


class DeviceCommandError(DeviceError):
    """A command that every phone should have failed there, or is not there."""


class DeviceBusyError(DeviceError):
    """Another run holds the phone."""


class QuarantinedError(DeviceError):
    """A phone failed again and again, and is left alone for a while."""


class TooLongError(DeviceError):
    """A phone was not ready within the time that the target gives it."""


class RunnerError(DeviceError):
    """The runner on the phone failed, or its log cannot be trusted."""


class SomeFailedError(SideloadError):
    """Of several phones some failed; the others have what they were to have."""

    exit_code = 5


class ToolError(SideloadError):
    """A program or package is missing or failed."""

    exit_code = 4


class MissingToolError(ToolError):
    """A program is not installed."""


class MissingPackageError(ToolError):
    """A Python package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"the Python package {package!r} is not installed",
            remedy=f"pip install 'sideload[{extra}]'",
        )


class ToolFailedError(ToolError):
    """A program ended with an error."""

    def __init__(self, argv: Sequence[str], output: str, *, remedy: str) -> None:
        super().__init__(f"{argv[0]} failed: {output.strip()[-2000:]}", remedy=remedy)
        self.argv = tuple(argv)


class WorkerCrashError(ToolError):
    """The child process that exports died; the message holds the end of its stderr."""

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
│   ├── PlanError
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
│   ├── InstallError
│   ├── DeviceBusyError
│   ├── QuarantinedError
│   ├── TooLongError
│   ├── FiguresError
│   └── RunnerError
├── SomeFailedError              5  of several phones, some failed and some did not
└── ToolError                    4  a program or package is missing or failed
    ├── MissingToolError
    ├── MissingPackageError
    ├── MissingLibraryError
    ├── ToolFailedError
    └── WorkerCrashError

A person who interrupts gets 130 from the command line, not from here.
"""

from typing import Final

from sideload.errors._base import (
    SideloadError,
    SomeFailedError,
)
from sideload.errors._device import (
    AbiError,
    DeviceBusyError,
    DeviceCommandError,
    DeviceError,
    DeviceFullError,
    DeviceGoneError,
    FiguresError,
    HashMismatchError,
    InstallError,
    NoDeviceError,
    ProtocolError,
    QuarantinedError,
    RefusedError,
    RunnerError,
    TooLongError,
    TransferError,
    UnauthorizedError,
)
from sideload.errors._gate import (
    ArtifactCheckError,
    DelegationError,
    DeviceParityError,
    GateError,
    LoweringError,
    ParityError,
)
from sideload.errors._tool import (
    MissingLibraryError,
    MissingPackageError,
    MissingToolError,
    ToolError,
    ToolFailedError,
    WorkerCrashError,
)
from sideload.errors._usage import (
    BadModelFileError,
    BindingInputError,
    BusyError,
    CaptureError,
    EditedError,
    HostFileError,
    InputsError,
    NameError_,
    OpenAxisError,
    PlanError,
    ProjectError,
    SchemeError,
    SourceError,
    TargetError,
    UnknownAdapterError,
    UnknownModelError,
    UnknownTargetError,
    UsageError,
    YamlError,
)

__all__ = [
    "INTERRUPTED",
    "AbiError",
    "ArtifactCheckError",
    "BadModelFileError",
    "BindingInputError",
    "BusyError",
    "CaptureError",
    "DelegationError",
    "DeviceBusyError",
    "DeviceCommandError",
    "DeviceError",
    "DeviceFullError",
    "DeviceGoneError",
    "DeviceParityError",
    "EditedError",
    "FiguresError",
    "GateError",
    "HashMismatchError",
    "HostFileError",
    "InputsError",
    "InstallError",
    "LoweringError",
    "MissingLibraryError",
    "MissingPackageError",
    "MissingToolError",
    "NameError_",
    "NoDeviceError",
    "OpenAxisError",
    "ParityError",
    "PlanError",
    "ProjectError",
    "ProtocolError",
    "QuarantinedError",
    "RefusedError",
    "RunnerError",
    "SchemeError",
    "SideloadError",
    "SomeFailedError",
    "SourceError",
    "TargetError",
    "TooLongError",
    "ToolError",
    "ToolFailedError",
    "TransferError",
    "UnauthorizedError",
    "UnknownAdapterError",
    "UnknownModelError",
    "UnknownTargetError",
    "UsageError",
    "WorkerCrashError",
    "YamlError",
]

INTERRUPTED: Final = 130

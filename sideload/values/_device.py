"""What goes to a phone, and what is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sideload.values._app import Apk
from sideload.values._artifact import Artifact, FileRef, Parity


@dataclass(frozen=True, kw_only=True)
class PayloadFile:
    """A file of a bundle under the name that the device will see."""

    name: str
    file: FileRef
    executable: bool = False


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Everything a device needs to execute one artifact: a runner, its libraries, the model.

    `command` is the argument list that starts the runner; names in it are payload names. Where the
    runner is an app, the payload is `app`, and there is no command.
    """

    artifact: Artifact
    abi: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    payload: tuple[PayloadFile, ...]
    key: str
    app: Apk | None = None


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
    """A bundle on a device, verified by hash, with its first answers verified against PyTorch.

    `run` says what measures it: a program of the `shell`, or an `app`.
    """

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
    run: str = "shell"

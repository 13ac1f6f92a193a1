"""Phones made of software that speak a real one's protocol; one file per kind, found by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sideload.errors import UsageError
from sideload.host import discover


@dataclass(frozen=True, kw_only=True)
class RunningPhone:
    """A simulated phone that runs on this host; `address` is `127.0.0.1:PORT`.

    `root` is the folder that the phone takes for `/`, absolute and with no link in it.
    """

    address: str
    serial: str
    pid: int
    root: Path


class Simulator(Protocol):
    """One kind of simulated phone.

    A root is an empty or new folder, or one that was a phone's before; what it holds stays. A
    serial that is not given follows from the root, and port 0 takes a free one. Faults are asked
    for as `NAME` or `NAME=VALUE`; `faults` says which there are.
    """

    def start(
        self,
        root: Path,
        *,
        faults: Sequence[str] = (),
        serial: str = "",
        port: int = 0,
        properties: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[RunningPhone]:
        """A phone in a process of its own, for as long as the block runs.

        Raises:
            DeviceBusyError: Another phone has this root; the message says which.
            HostFileError: The root cannot be written, or is not a phone's; or the port is taken.
            UsageError: A fault or property is not what it should be.
            ToolFailedError: The phone did not start.
        """

    def serve(
        self,
        root: Path,
        *,
        ready: Callable[[RunningPhone], None],
        faults: Sequence[str] = (),
        serial: str = "",
        port: int = 0,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        """A phone in this process, until SIGTERM or SIGINT; `ready` is told when it listens.

        Raises:
            DeviceBusyError: Another phone has this root; the message says which.
            HostFileError: The root cannot be written, or is not a phone's; or the port is taken.
            UsageError: A fault or property is not what it should be.
        """

    def running(self) -> tuple[RunningPhone, ...]:
        """Every phone of this kind that this user runs on this host, by address."""

    def faulty(self, phone: RunningPhone, *faults: str) -> AbstractContextManager[None]:
        """A phone that runs has these faults, and no others, for as long as the block runs.

        It sees them when the next connection or stream is opened.

        Raises:
            UsageError: There is no such fault, or it is not used like that.
        """

    def faults(self) -> Mapping[str, str]:
        """What can go wrong: how each fault is asked for, and what it then does."""


def get(name: str) -> Simulator:
    """The simulator of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Simulator = discover.load("simulated", name)
    return adapter


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Properties by name, from `NAME=VALUE`.

    Raises:
        UsageError: One has no name, or no `=`.
    """
    table = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise UsageError(
                f"{text!r} is not a property", remedy="--property ro.product.model='My Phone'"
            )
        table[name] = value
    return table

"""One simulated phone: what it has, and who is connected to it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Protocol

from sideload.simulated.android.authorization import TrustedKeys
from sideload.simulated.android.commands import Place
from sideload.simulated.android.faults.fault import Fault
from sideload.simulated.android.filesystem import FileSystem
from sideload.simulated.android.identity import Identity


class Client(Protocol):
    """A connection, as far as the phone needs to know it."""

    def drop(self) -> None:
        """Break the connection off."""


@dataclass(kw_only=True, eq=False)
class Phone:
    """The state of one phone, from its start to its end; `clients` are the open connections."""

    files: FileSystem
    place: Place
    properties: Mapping[str, str]
    faults: tuple[Fault, ...]
    keys: TrustedKeys
    clients: set[Client] = field(default_factory=set)
    restarting: asyncio.Event = field(default_factory=asyncio.Event)

    def identity(self) -> Identity:
        """What it says of itself to a client."""
        start = Identity()
        return reduce(lambda identity, fault: fault.identity(identity), self.faults, start)

    def stored(self, size_bytes: int) -> None:
        """So many bytes are about to be stored.

        Raises:
            OSError: There is no room, or nothing can be written.
        """
        for fault in self.faults:
            fault.stored(size_bytes)

    def delay_s(self, size_bytes: int) -> float:
        """How long these bytes are on their way, in seconds."""
        return sum(fault.delay_s(size_bytes) for fault in self.faults)

    def log(self, text: str) -> None:
        """Add a line to what `logcat` shows."""
        stamp = datetime.now().astimezone().strftime("%m-%d %H:%M:%S.%f")[:-3]
        line = f"{stamp}     1     1 I adbd    : {text}\n"
        with (Path(self.files.root) / "data/misc/logd/main").open("a", encoding="utf-8") as log:
            log.write(line)

    def restart(self) -> None:
        """Reboot: everybody is thrown out; nobody is let in until `serve` has waited a moment."""
        self.log("reboot")
        self.restarting.set()
        self.disconnect_all()

    def disconnect_all(self) -> None:
        """End every connection, and with it every command."""
        for client in tuple(self.clients):
            client.drop()

"""One simulated phone: what it has, and who is connected to it."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Protocol

from sideload.protocols.adb.packets import Packet
from sideload.simulated.android.authorization import TrustedKeys
from sideload.simulated.android.commands import Place
from sideload.simulated.android.control import Control
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
    control: Control
    clients: set[Client] = field(default_factory=set)
    restarting: asyncio.Event = field(default_factory=asyncio.Event)
    off: asyncio.Event = field(default_factory=asyncio.Event)

    def renew_faults(self) -> None:
        """Have those faults that are asked for now."""
        faults = self.control.renewed()
        if faults is not None:
            self.faults = faults
        elif self.control.complaint:
            self.log(f"faults: {self.control.complaint}")
            self.control.complaint = ""

    def identity(self) -> Identity:
        """What it says of itself to a client."""
        start = Identity()
        return reduce(lambda identity, fault: fault.identity(identity), self.faults, start)

    def abilities(self) -> frozenset[str]:
        """The features that it really has."""
        start = frozenset(self.identity().features)
        return reduce(lambda features, fault: fault.abilities(features), self.faults, start)

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """What leaves instead of a packet."""
        leaving: Sequence[Packet | bytes] = (packet,)
        for fault in self.faults:
            leaving = [
                other
                for each in leaving
                for other in (fault.sent(each) if isinstance(each, Packet) else (each,))
            ]
        return leaving

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

    def latency_s(self) -> float:
        """How long anything is on its way, in seconds."""
        return sum(fault.latency_s() for fault in self.faults)

    def disk_s(self, size_bytes: int) -> float:
        """How long the disk takes for these bytes, in seconds."""
        return sum(fault.disk_s(size_bytes) for fault in self.faults)

    def placing(self, path: str) -> None:
        """A file is about to be written at `path` of the host."""
        for fault in self.faults:
            fault.placing(path)

    def permissions(self, mode: int) -> int:
        """The permission bits that a file gets that shall have `mode`."""
        return reduce(lambda bits, fault: fault.permissions(bits), self.faults, mode)

    def changed_s(self, mtime: int) -> int:
        """What the phone's clock makes of a time, both in seconds since 1970."""
        return reduce(lambda time_s, fault: fault.changed_s(time_s), self.faults, mtime)

    def status(self, status: os.stat_result) -> os.stat_result:
        """What is said of a file."""
        return reduce(lambda told, fault: fault.status(told), self.faults, status)

    def extra_names(self) -> Sequence[bytes]:
        """Names that every folder lists besides those of its files."""
        return [name for fault in self.faults for name in fault.extra_names()]

    def content(self, *, is_compressed: bool) -> bytes:
        """What is given instead of any file; nothing to give the file itself."""
        lies = [fault.content(is_compressed=is_compressed) for fault in self.faults]
        return b"".join(lies)

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

    def power_off(self) -> None:
        """Everybody is thrown out, and nobody is let in any more."""
        self.off.set()
        self.disconnect_all()

    def disconnect_all(self) -> None:
        """End every connection, and with it every command."""
        for client in tuple(self.clients):
            client.drop()

"""The places where a phone asks its faults; here, nothing goes wrong."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Protocol, TypeAlias

from sideload.errors import UsageError
from sideload.protocols.adb import packets
from sideload.protocols.adb.packets import Header, Packet
from sideload.simulated.android.identity import Identity

# A filter is called with each piece and whether it is the last.
Filter: TypeAlias = Callable[[bytes, bool], bytes]


class Wire(Protocol):
    """What a fault may do to a connection."""

    @property
    def received_bytes(self) -> int:
        """All that has arrived on this connection, packet headers too."""

    @property
    def sent_bytes(self) -> int:
        """All that has left on this connection, packet headers too."""

    def drop(self) -> None:
        """Break the connection off, without a goodbye."""

    def reset(self) -> None:
        """The same by a TCP reset, which throws away what is on its way."""

    def half_close(self) -> None:
        """Say that nothing more will come, but read on."""

    def stall(self) -> None:
        """Keep the connection, and never read or write on it again."""

    def reboot(self) -> None:
        """End every connection and command of the phone, and be away for a moment."""

    def inject(self, packet: Packet) -> None:
        """Send a packet of one's own."""


class Run(Protocol):
    """What a fault may do to a command that runs, and to the phone that it runs on."""

    def kill(self) -> None:
        """End the command by SIGKILL."""

    def log(self, text: str) -> None:
        """Add a line to what `logcat` shows."""

    def reboot(self) -> None:
        """End every connection and command of the phone, and be away for a moment."""

    def power_off(self) -> None:
        """The same, and never come back."""


class Fault:
    """Base of all faults: each method is one place where something can go wrong.

    `value` names what follows the `=`; a fault without one takes none. A fault belongs to one phone
    and may count.
    """

    name: ClassVar[str]
    value: ClassVar[str] = ""

    def __init__(self, value: str) -> None:
        if bool(value) is not bool(self.value):
            raise self.misused()

    @classmethod
    def usage(cls) -> str:
        """How it is asked for: `NAME` or `NAME=VALUE`."""
        return f"{cls.name}={cls.value}" if cls.value else cls.name

    @classmethod
    def misused(cls) -> UsageError:
        """The error that says how it is asked for."""
        return UsageError(
            f"the fault {cls.name} is not used like that", remedy=f"--fault {cls.usage()}"
        )

    def listens(self) -> bool:
        """Does anything listen at the port? Asked once, when the phone starts."""
        return True

    def refuses_connection(self) -> bool:
        """Close a connection that has just been opened?"""
        return False

    def connected(self, wire: Wire) -> None:
        """A connection has been opened."""

    def buffer_bytes(self) -> int:
        """How much the socket may hold, each way; 0 for what the system thinks right."""
        return 0

    def received(self, wire: Wire, piece: memoryview) -> None:
        """Bytes have arrived on `wire`, and have not been looked at yet; they can be changed."""

    def leaving(self, wire: Wire, data: bytes) -> bytes:
        """What leaves instead of `data`, a whole packet."""
        del wire
        return data

    def delay_s(self, size_bytes: int) -> float:
        """How long these bytes take on the way, in seconds, either way."""
        del size_bytes
        return 0.0

    def latency_s(self) -> float:
        """How long anything is on its way, in seconds, either way, however little it is."""
        return 0.0

    def arrived(self, wire: Wire, header: Header) -> None:
        """A whole packet has arrived, and has not been looked at yet."""

    def sent(self, packet: Packet) -> Sequence[Packet | bytes]:
        """What the phone sends instead of a packet: others, or bytes that need be none."""
        return (packet,)

    def refuses_key(self) -> bool:
        """Let nobody in, whatever key is shown?"""
        return False

    def hangs_up_on_key(self) -> bool:
        """Close the connection where a key is offered?"""
        return False

    def key_delay_s(self) -> float:
        """How long until somebody accepts a key that is offered, in seconds."""
        return 0.0

    def identity(self, identity: Identity) -> Identity:
        """What the phone says it can do."""
        return identity

    def abilities(self, features: frozenset[str]) -> frozenset[str]:
        """What it can really do of what it says."""
        return features

    def stored(self, size_bytes: int) -> None:
        """So many bytes are about to be stored; raise an `OSError` to prevent it."""

    def disk_s(self, size_bytes: int) -> float:
        """How long the disk takes for these bytes, in seconds."""
        del size_bytes
        return 0.0

    def placing(self, path: str) -> None:
        """A file is about to be written at `path`, which is one of this host."""

    def permissions(self, mode: int) -> int:
        """The permission bits that a file gets that shall have `mode`."""
        return mode

    def changed_s(self, mtime: int) -> int:
        """When a file was changed that was changed at `mtime`, both in seconds since 1970."""
        return mtime

    def status(self, status: os.stat_result) -> os.stat_result:
        """What is said of a file."""
        return status

    def extra_names(self) -> Sequence[bytes]:
        """Names that are listed in every folder, besides those of its files."""
        return ()

    def content(self, *, is_compressed: bool) -> bytes:
        """What is given for any file, with its frames; nothing to give the file itself."""
        del is_compressed
        return b""

    def programs(self) -> Mapping[str, str | None]:
        """Programs to replace by a script, or to take away (None).

        In a script, `@NAME@` is a program of the host, `@original@` the phone's own of that name.
        """
        return {}

    def command(self, text: str) -> str:
        """What is run instead of a command."""
        return text

    def refuses_command(self, command: str) -> str:
        """What a command that shall not even start prints to stderr; empty to let it run."""
        del command
        return ""

    def output(self, run: Run) -> Filter | None:
        """A filter for what one command prints to stdout."""
        del run
        return None


class CountingFault(Fault):
    """Base of the faults whose value is a count."""

    value = "BYTES"
    least: ClassVar[int] = 0

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if not (value.isascii() and value.isdigit()) or int(value) < self.least:
            raise self.misused()
        self.limit = int(value)


def joined(packet: Packet, *, size: int | None = None, checksum: int | None = None) -> bytes:
    """A packet as bytes, with the header's `size` and `checksum` as a liar wants them."""
    command, arg0, arg1, payload = packet
    size = len(payload) if size is None else size
    checksum = packets.checksum(payload) if checksum is None else checksum
    return packets.pack_header(command, arg0, arg1, size, checksum) + bytes(payload)

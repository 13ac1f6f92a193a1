"""The places where a phone asks its faults; here, nothing goes wrong."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol, TypeAlias

from sideload.errors import UsageError
from sideload.simulated.android.identity import Identity

# A filter is called with each piece and whether it is the last.
Filter: TypeAlias = Callable[[bytes, bool], bytes]


class Wire(Protocol):
    """What a fault may do to a connection."""

    @property
    def received_bytes(self) -> int:
        """All that has arrived on this connection, packet headers too."""

    def drop(self) -> None:
        """Break the connection off, without a goodbye."""

    def stall(self) -> None:
        """Keep the connection, and never read or write on it again."""

    def reboot(self) -> None:
        """End every connection and command of the phone, and be away for a moment."""


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

    def refuses_connection(self) -> bool:
        """Close a connection that has just been opened?"""
        return False

    def refuses_key(self) -> bool:
        """Let nobody in, whatever key is shown?"""
        return False

    def identity(self, identity: Identity) -> Identity:
        """What the phone says it can do."""
        return identity

    def received(self, wire: Wire) -> None:
        """Bytes have arrived on `wire`, and have not been looked at yet."""

    def delay_s(self, size_bytes: int) -> float:
        """How long these bytes take on the way, in seconds, either way."""
        del size_bytes
        return 0.0

    def stored(self, size_bytes: int) -> None:
        """So many bytes are about to be stored; raise an `OSError` to prevent it."""

    def programs(self) -> Mapping[str, str | None]:
        """Programs to replace by a script, or to take away (None)."""
        return {}

    def refuses_command(self, command: str) -> str:
        """What a command that shall not even start prints to stderr; empty to let it run."""
        del command
        return ""

    def output(self, kill: Callable[[], None]) -> Filter | None:
        """A filter for what one command prints to stdout; `kill` ends the command by SIGKILL."""
        del kill
        return None


class CountingFault(Fault):
    """Base of the faults whose value is a count."""

    value = "BYTES"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if not (value.isascii() and value.isdigit()):
            raise self.misused()
        self.limit = int(value)

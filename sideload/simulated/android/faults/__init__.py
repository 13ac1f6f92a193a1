"""What can be made to go wrong with a simulated phone, each under a name.

A fault is one small class in this folder; its docstring is its line in the documentation. To add
one, write the class and name it in `FAULTS`.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sideload.errors import UsageError
from sideload.simulated.android.faults.commands import (
    GarbageOutput,
    KillRunner,
    NoSha256sum,
    WrongHash,
)
from sideload.simulated.android.faults.connections import (
    DropAfter,
    MaxPayload,
    OldProtocol,
    RebootAfter,
    Refuse,
    Slow,
    StallAfter,
    Unauthorized,
)
from sideload.simulated.android.faults.fault import Fault
from sideload.simulated.android.faults.storage import FullAfter, ReadOnly, SmallDisk

FAULTS: Final[tuple[type[Fault], ...]] = (
    Refuse,
    Unauthorized,
    OldProtocol,
    MaxPayload,
    Slow,
    DropAfter,
    StallAfter,
    RebootAfter,
    FullAfter,
    SmallDisk,
    ReadOnly,
    WrongHash,
    NoSha256sum,
    GarbageOutput,
    KillRunner,
)


def parse(texts: Iterable[str]) -> tuple[Fault, ...]:
    """Make the faults that `NAME` or `NAME=VALUE` ask for.

    Raises:
        UsageError: No such fault, or its value is missing, unwanted or wrong.
    """
    known = {fault.name: fault for fault in FAULTS}
    made = []
    for text in texts:
        name, _, value = text.partition("=")
        if name not in known:
            raise UsageError(
                f"no fault called {name!r}; there are {', '.join(known)}",
                remedy="sideload simulate --fault help",
            )
        made.append(known[name](value))
    return tuple(made)


def described() -> Mapping[str, str]:
    """How each fault is asked for, and what it then does, in one line."""
    return {fault.usage(): " ".join((fault.__doc__ or "").split()) for fault in FAULTS}


def table_markdown() -> str:
    """The same for the documentation, as a table."""
    rows = (f"| `{usage}` | {does} |" for usage, does in described().items())
    return "\n".join(("| fault | what it does |", "| --- | --- |", *rows))

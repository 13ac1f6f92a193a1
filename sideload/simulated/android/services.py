"""What a client may open a stream to."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from sideload.simulated.android import framing, shell, sync
from sideload.simulated.android.phone import Phone
from sideload.simulated.android.stream import Stream

Service: TypeAlias = Callable[[Stream], Awaitable[None]]


def find(phone: Phone, name: str) -> Service | None:
    """The service called `name`, as it stands in an `OPEN`; None where the phone has none."""
    kind, colon, argument = name.partition(":")
    if not colon or "\0" in name:
        return None
    word, *options = kind.split(",")
    if word == "shell" and "v2" in options and "shell_v2" in phone.abilities():
        kind_of_framing = framing.Terminal if "pty" in options else framing.Framed
        return partial(shell.serve, phone=phone, text=argument, framing=kind_of_framing())
    if word in {"shell", "exec"} and "v2" not in options:
        return partial(shell.serve, phone=phone, text=argument, framing=framing.Raw())
    if kind == "sync":
        return partial(sync.serve, phone=phone)
    if kind == "reboot":
        return partial(_reboot, phone=phone)
    return None


async def _reboot(stream: Stream, phone: Phone) -> None:
    del stream
    phone.restart()

"""Run one phone in this process, from its options to its end."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sideload.simulated import RunningPhone
from sideload.simulated.android import (
    faults,
    filesystem,
    leftovers,
    properties,
    registry,
    translation,
)
from sideload.simulated.android.options import Options
from sideload.simulated.android.phone import Phone
from sideload.simulated.android.serve import assemble, serve

_STDIN: Final = 0
_CHUNK: Final = 4096


def run(
    options: Options, ready: Callable[[RunningPhone], None], *, ends_with_stdin: bool = False
) -> None:
    """Serve until SIGTERM or SIGINT, or until stdin ends; `Simulator.serve` says what is raised."""
    faults.parse(options.faults)  # before anything is touched
    properties.check({**options.properties, "ro.serialno": options.serial})
    root = filesystem.claim(options.root)
    serial = options.serial or f"SIM{registry.digest(root)[:8].upper()}"
    table = properties.properties(serial=serial, extra=options.properties)
    with ExitStack() as stack:
        holder = stack.enter_context(registry.held(Path(root)))
        link = stack.enter_context(translation.linked(root))
        if holder.read():
            leftovers.end(link)  # of a phone that was killed
        stack.callback(leftovers.end, link)
        registry.say(holder, "")
        phone = assemble(root, link=link, faults=options.faults, table=table)

        def listening(address: str) -> None:
            listed = RunningPhone(address=address, serial=serial, pid=os.getpid(), root=Path(root))
            registry.say(holder, registry.as_json(listed))
            stack.enter_context(registry.listed(listed))
            ready(listed)

        asyncio.run(_serve(phone, options.port, listening, ends_with_stdin=ends_with_stdin))


async def _serve(
    phone: Phone, port: int, listening: Callable[[str], None], *, ends_with_stdin: bool
) -> None:
    # What stops it belongs to the loop, so it is made in here.
    await serve(phone, port, listening, _stopped(ends_with_stdin=ends_with_stdin))


def _stopped(*, ends_with_stdin: bool) -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def look() -> None:
        if not os.read(_STDIN, _CHUNK):
            loop.remove_reader(_STDIN)
            stop.set()

    if ends_with_stdin:
        loop.add_reader(_STDIN, look)
    return stop

"""Set a phone up, and serve it until it is told to stop."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError
from sideload.simulated.android import (
    authorization,
    control,
    emulation,
    filesystem,
    leftovers,
    properties,
)
from sideload.simulated.android.commands import Place
from sideload.simulated.android.connection import Connection
from sideload.simulated.android.faults import parse
from sideload.simulated.android.phone import Phone

_HOST: Final = "127.0.0.1"  # never another: commands run with the rights of the user
_BOOT_S: Final = 0.3


def assemble(root: str, *, link: str, faults: Sequence[str], table: Mapping[str, str]) -> Phone:
    """A phone in a root that is held: its programs, properties and log are written.

    Args:
        root: The folder of the host, with no link in its path.
        link: Another path to it, without special characters.
        faults: What shall go wrong, as it is asked for.
        table: The phone's properties.

    Raises:
        HostFileError: They cannot be.
        UsageError: A fault is not what it should be.
        MissingToolError, ToolFailedError: The phone's processor cannot be emulated.
    """
    folder = Path(root)
    try:
        filesystem.furnish(folder, table)
        made = parse(faults)
        control.write(folder, faults)
        control.install(folder, made)
        variables = emulation.variables(folder, table)
        properties.write(table, folder / "system/build.prop")
        (folder / "data/misc/logd/main").touch()
    except OSError as error:
        raise HostFileError(
            f"{error.filename} cannot be written: {error.strerror}",
            remedy="use --root with an empty folder that you may write",
        ) from error
    return Phone(
        files=filesystem.FileSystem(root=root),
        place=Place(root=root, link=link, variables=variables),
        properties=table,
        faults=made,
        control=control.Control(folder),
        keys=authorization.of_phone(folder),
    )


async def serve(phone: Phone, port: int, ready: Callable[[str], None], stop: asyncio.Event) -> None:
    """Serve until `stop`; `ready` is told the address.

    Raises:
        HostFileError: The port is taken.
    """
    server = await _listening(phone, port)
    phone.log("started")
    ready(f"{_HOST}:{server.sockets[0].getsockname()[1]}")
    while not stop.is_set():
        await _first(stop, phone.restarting, phone.off)
        if phone.off.is_set():
            server.close()
            await stop.wait()
        elif phone.restarting.is_set():
            await asyncio.sleep(_BOOT_S)
            leftovers.end(phone.place.link)
            phone.log("started")
            phone.restarting.clear()
    server.close()
    phone.disconnect_all()


async def _listening(phone: Phone, port: int) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(
            lambda: Connection(phone), _HOST, port, start_serving=False
        )
        if all(fault.listens() for fault in phone.faults):
            await server.start_serving()
    except (OSError, OverflowError) as error:
        raise HostFileError(
            f"port {port} cannot be listened at: {error}",
            remedy="use --port 0, which takes a free one",
        ) from error
    return server


async def _first(*events: asyncio.Event) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()

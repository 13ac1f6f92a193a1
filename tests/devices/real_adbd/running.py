"""Start a real adbd, for as long as a block runs; any number of them at once."""

import contextlib
import os
import secrets
import select
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import ToolFailedError
from sideload.host import machine
from tests.devices.real_adbd import patches, surroundings
from tests.devices.real_adbd.parts import Parts, parts
from tests.devices.real_adbd.surroundings import Surroundings

_READY_WITHIN_S: Final = 20.0
_LONGEST_PORT: Final = 16


@dataclass(frozen=True, kw_only=True)
class RealPhone:
    """An adbd that runs on this host; `address` is `127.0.0.1:PORT`.

    Attributes:
        root: The folder with what the phone calls `/data` and `/sdcard`.
        tmp: What the phone calls the folder that everybody may write to.
        small: A folder with room for `small_bytes`, on the phone only; empty where there is none.
        pid: Of the process group that it is.
    """

    address: str
    serial: str
    pid: int
    root: Path
    tmp: str
    small: str

    def on_host(self, remote: str) -> Path:
        """Where this machine keeps a file of the phone."""
        is_plain = self.tmp != surroundings.TMP
        return Path(remote) if is_plain else self.root / remote.lstrip("/")


@contextmanager
def real_adbd(
    root: Path,
    *,
    port: int = 0,
    properties: Mapping[str, str] | None = None,
    asks_for_keys: bool = False,
    without: Iterable[str] = (),
    small_bytes: int = 4 << 20,
    in_sandbox: bool = True,
    programs: Path | None = None,
) -> Iterator[RealPhone]:
    """A real adbd in a process of its own, for as long as the block runs.

    Args:
        root: An empty or new folder, or one that was a phone's before; what it holds stays.
        port: Where it listens, on loopback; 0 takes a free one.
        properties: In addition to those that a phone needs to have.
        asks_for_keys: Whether only the keys in `/data/misc/adb/adb_keys` are let in.
        without: Features that it does not have, by their names in the first packet.
        small_bytes: How much room there is in `small`.
        programs: Of toybox, with mksh, as `tests.toybox.install` makes it: they take the place of
            the host's, as far as they go; in a sandbox only.
        in_sandbox: False leaves the sandbox away, as it is where this machine allows none.

    Raises:
        SideloadError: There is no adbd here and none can be fetched, or it did not start.
    """
    found = parts()
    root = root.absolute()
    serial = f"REAL{secrets.token_hex(4).upper()}"
    facts = {**_properties(serial), **(properties or {})}
    surroundings.furnish(root, facts)
    if programs is not None:
        surroundings.add_programs(root, programs)
    around = _around(found, root, small_bytes) if in_sandbox else None
    program = patches.write(
        found.adbd, root / "system" / "adbd", asks_for_keys=asks_for_keys, without=without
    )
    if around is not None and program != found.adbd:
        program = Path("/system/adbd")
    tmp = surroundings.TMP if around else f"{root}{surroundings.TMP}"
    argv = [*(around.argv if around else ()), *found.command(program)]
    path = (around or surroundings.plain(root)).path
    with _started(argv, root, path, port, facts) as (process, listening):
        yield RealPhone(
            address=f"127.0.0.1:{listening}",
            serial=serial,
            pid=process.pid,
            root=root,
            tmp=tmp,
            small=surroundings.SMALL if around else "",
        )


def _around(found: Parts, root: Path, small_bytes: int) -> Surroundings | None:
    if not found.bwrap:
        return None
    return surroundings.sandboxed(found.bwrap, root, visible=found.folders, small_bytes=small_bytes)


def _properties(serial: str) -> dict[str, str]:
    abi = machine.abi() or "unknown"
    return {
        "ro.serialno": serial,
        "ro.product.manufacturer": "Debian",
        "ro.product.model": "Real adbd",
        "ro.product.name": "real_adbd",
        "ro.product.device": "real",
        "ro.product.cpu.abi": abi,
        "ro.product.cpu.abilist": abi,
        "ro.build.version.release": "14",
        "ro.build.version.sdk": "34",
        "ro.sideload.simulated": "1",
    }


@contextmanager
def _started(
    argv: list[str], root: Path, path: str, port: int, properties: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    shown = ("ro.product.name", "ro.product.model", "ro.product.device")
    said = ";".join(f"{name}={properties[name]}" for name in shown)
    with _pipe() as (reading, writing), (root / "adbd.log").open("ab") as log:
        environment = {
            "PATH": path,
            "HOME": "/",
            # Only whether it is there counts: the port is the next line's.
            "ADBD_PORT": "1",
            "LOOPBACK_PORT": str(port),
            "LOOPBACK_REPORT": str(writing),
            "LOOPBACK_PROPERTIES": said,
        }
        with subprocess.Popen(
            argv,
            # It ends with its input, so that nothing is left where this process is killed.
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            pass_fds=[writing],
            cwd="/",
            start_new_session=True,
        ) as process:
            os.close(writing)
            try:
                yield process, _listening(argv, reading, root)
            finally:
                _end(process, reading)


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """Its end for reading, closed with the block, and the one for writing, for a child."""
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)


def _listening(argv: list[str], reading: int, root: Path) -> int:
    words = _next(reading)
    if not words:
        log = root / "adbd.log"
        complaint = log.read_text(encoding="utf-8", errors="replace")
        raise ToolFailedError(argv, complaint, remedy=f"cat '{log}'")
    return int(words)


def _end(process: subprocess.Popen[bytes], reading: int) -> None:
    # The whole session: what runs in a sandbox ends with it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    _next(reading)


def _next(reading: int) -> bytes:
    """What comes next through the pipe, nothing at its end: then adbd has ended."""
    readable, _, _ = select.select([reading], [], [], _READY_WITHIN_S)
    return os.read(reading, _LONGEST_PORT) if readable else b""

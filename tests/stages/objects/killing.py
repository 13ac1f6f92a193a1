"""Kill a push with SIGKILL at a chosen moment, and count what is sent until it is complete."""

import hashlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload import transports
from sideload.stages._objects import present, store
from sideload.values import PayloadFile
from tests.stages.objects.between import counted

ROOT: Final = "/data/local/tmp/store"
KEY: Final = "killed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one kill: whether all is there and right, and what was sent in both runs.

    `wrong` are files under a final name that hold something else, right after the kill.
    """

    complete: bool
    wrong: tuple[str, ...]
    sent_bytes: int


def pushed(address: str, payload: Sequence[PayloadFile], remote: str = ROOT) -> None:
    """One push, as a run does it."""
    with closing(transports.get("adb").connect(address, timeout_s=20)) as connection:
        store(connection, root=remote, key=KEY, payload=payload)


def killed(
    address: str, payload: Sequence[PayloadFile], after_s: float, remote: str = ROOT
) -> bool:
    """Push in a process of its own, and kill that; was it still running?"""
    child = os.fork()
    if not child:
        with suppress(BaseException):
            pushed(address, payload, remote)
        os._exit(0)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def killed_and_resumed(
    address: str,
    root: Path,
    payload: Sequence[PayloadFile],
    after_s: float,
    *,
    remote: str = ROOT,
) -> Outcome:
    """Kill a push after `after_s` seconds, and run it again; `root` is where `remote` is here."""
    with counted(address) as (through, counter):
        killed(through, payload, after_s, remote)
        wrong = tuple(wrong_names(root))
        pushed(through, payload, remote)
        with closing(transports.get("adb").connect(address)) as connection:
            is_whole = KEY in present(connection, remote, [KEY])
    folder = root / "deployments" / KEY
    is_right = all((folder / f.name).read_bytes() == f.file.path.read_bytes() for f in payload)
    return Outcome(complete=is_whole and is_right, wrong=wrong, sent_bytes=counter.bytes)


def wrong_names(root: Path) -> Iterator[str]:
    """Objects that are not what their name says."""
    for path in (root / "objects").glob("*"):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield path.name

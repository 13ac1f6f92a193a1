"""A phone's lock where a real adbd carries it: held with the connection, and let go with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from sideload import transports
from sideload.errors import DeviceBusyError
from sideload.stages._lock import locked
from tests.devices.real_adbd import RealPhone, real_adbd, required

ROOT: Final = "data/local/tmp/lock"
HOLDER: Final = """
import sys
from sideload import transports
from sideload.stages._lock import locked
connection = transports.get("adb").connect(sys.argv[1])
with locked(connection, sys.argv[2], doing="deploy"):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[RealPhone]:
    required()
    with real_adbd(tmp_path / "phone", in_sandbox=False) as running:
        yield running


def take(phone: RealPhone, root: str, wait_s: float) -> None:
    with (
        closing(transports.get("adb").connect(phone.address)) as connection,
        locked(connection, root, doing="test", wait_s=wait_s),
    ):
        pass


def test_it_is_held_with_the_connection_and_let_go_with_it(
    phone: RealPhone, tmp_path: Path
) -> None:
    root = str(tmp_path / ROOT)

    with closing(transports.get("adb").connect(phone.address)) as connection:
        with locked(connection, root, doing="deploy"), pytest.raises(DeviceBusyError):
            take(phone, root, wait_s=0.3)
        take(phone, root, wait_s=10.0)
        with locked(connection, root, doing="deploy"):
            connection.close()
            take(phone, root, wait_s=10.0)


def test_a_holder_that_is_killed_holds_nothing(phone: RealPhone, tmp_path: Path) -> None:
    root = str(tmp_path / ROOT)
    argv = [sys.executable, "-c", HOLDER, phone.address, root]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, text=True, stdin=pipe, stdout=pipe, env=os.environ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(DeviceBusyError, match=f"process {holder.pid}"):
            take(phone, root, wait_s=0.3)
        holder.send_signal(signal.SIGKILL)

    take(phone, root, wait_s=10.0)

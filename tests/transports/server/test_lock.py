"""A phone's lock through an adb server: the same one as over our own connection."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from typing import Final

import pytest

from sideload import transports
from sideload.errors import DeviceBusyError
from sideload.simulated import RunningPhone
from sideload.stages._lock import locked
from sideload.transports import Connection
from tests.transports.server.conftest import SERVER

ROOT: Final = "/data/local/tmp/locked"
HOLDER: Final = f"""
import sys
from sideload import transports
from sideload.stages._lock import locked
connection = transports.get("adb_server").connect(sys.argv[1])
with locked(connection, "{ROOT}", doing="deploy"):
    print("locked", flush=True)
    sys.stdin.read()
"""


def take(phone: RunningPhone, way: str, wait_s: float) -> None:
    with (
        closing(transports.get(way).connect(phone.address)) as connection,
        locked(connection, ROOT, doing="test", wait_s=wait_s),
    ):
        pass


def test_who_holds_it_through_a_server_holds_it_for_everybody(
    phone: RunningPhone, connection: Connection
) -> None:
    with locked(connection, ROOT, doing="deploy"):
        for way in ("adb", "adb_server"):
            with pytest.raises(DeviceBusyError, match=f"process {os.getpid()}"):
                take(phone, way, wait_s=0.3)

    take(phone, "adb", wait_s=10.0)
    take(phone, "adb_server", wait_s=10.0)


def test_a_holder_that_is_killed_lets_go_though_the_server_lives_on(phone: RunningPhone) -> None:
    argv = [sys.executable, "-c", HOLDER, phone.address]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, text=True, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        holder.send_signal(signal.SIGKILL)

    take(phone, "adb", wait_s=10.0)
    assert SERVER.describe(phone.address).state == "device"

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from sideload import transports
from sideload.errors import DeviceGoneError, ProtocolError
from sideload.simulated import RunningPhone
from sideload.transports import Connection
from tests.transports.conftest import ROOT, on_host, opened

HOLD = """
import sys
from sideload import transports
with transports.get("adb").connect(sys.argv[1]).hold(sys.argv[2]) as held:
    print(held.line(10.0).decode(), flush=True)
    sys.stdin.read()
"""
# Says that it runs, and leaves a mark when its input ends.
UNTIL_EOF = "echo runs; cat >/dev/null; : >{}"


@pytest.fixture(params=["adb", "an old phone", "local"])
def folder_and_connection(
    request: pytest.FixtureRequest, phone: RunningPhone, old_phone: RunningPhone, tmp_path: Path
) -> Iterator[tuple[str, Connection]]:
    """A folder there, and a connection of each kind."""
    if request.param == "local":
        with closing(transports.get("local").connect("local")) as one:
            yield str(tmp_path), one
    else:
        with opened(phone if request.param == "adb" else old_phone) as one:
            yield ROOT, one


Given = tuple[str, Connection]


def test_lines_come_one_by_one_while_the_command_goes_on(folder_and_connection: Given) -> None:
    _, connection = folder_and_connection

    with connection.hold("echo one; echo two >&2; cat") as held:
        lines = [held.line(10.0) for _ in range(2)]
        with pytest.raises(DeviceGoneError):
            held.line(0.2)

    assert sorted(lines, key=str) == [b"one", b"two"]


def test_the_end_is_told_after_the_last_line_even_a_torn_one(folder_and_connection: Given) -> None:
    _, connection = folder_and_connection

    with connection.hold("printf 'a\\nb'") as held:
        assert [held.line(10.0) for _ in range(4)] == [b"a", b"b", None, None]


def test_the_device_can_be_used_meanwhile(folder_and_connection: Given) -> None:
    _, connection = folder_and_connection

    with connection.hold("echo runs; cat") as held:
        held.line(10.0)
        assert connection.run("echo other").stdout == b"other\n"


def test_the_command_ends_with_the_block(folder_and_connection: Given) -> None:
    folder, connection = folder_and_connection
    # A lock that the kernel lets go of is the surest sign that a process is gone.
    lock = f"exec 9>>{folder}/held-test; flock -n 9 && echo locked && cat >/dev/null"

    with connection.hold(lock) as held:
        assert held.line(10.0) == b"locked"
        assert connection.run(f"flock -n {folder}/held-test true").exit_code == 1

    assert _soon(lambda: connection.run(f"flock -n {folder}/held-test true").exit_code == 0)


def test_the_command_ends_when_whoever_holds_it_is_killed(phone: RunningPhone) -> None:
    lock = f"exec 9>>{ROOT}/held-kill; flock -n 9 && echo locked && cat >/dev/null"
    with _holder(phone, lock) as holder, opened(phone) as connection:
        assert connection.run(f"flock -n {ROOT}/held-kill true").exit_code == 1
        holder.send_signal(signal.SIGKILL)

        assert _soon(lambda: connection.run(f"flock -n {ROOT}/held-kill true").exit_code == 0)


def test_a_command_that_minds_the_end_of_its_input_can_put_things_away(tmp_path: Path) -> None:
    with closing(transports.get("local").connect("local")) as connection:
        with connection.hold(UNTIL_EOF.format(tmp_path / "mark")) as held:
            held.line(10.0)

        assert (tmp_path / "mark").exists()


def test_a_phone_that_restarts_is_said_to_be_gone(
    faulty: Callable[..., RunningPhone],
) -> None:
    with (
        opened(faulty("reboot-after=100000")) as connection,
        connection.hold("echo runs; cat") as held,
    ):
        held.line(10.0)
        with pytest.raises(DeviceGoneError):
            connection.run("cat >/dev/null", stdin=bytes(200_000))
        with pytest.raises(DeviceGoneError):
            held.line(10.0)


def test_a_line_without_an_end_is_refused(phone: RunningPhone) -> None:
    with (
        opened(phone) as connection,
        connection.hold("head -c 300000 /dev/zero | tr '\\0' x") as held,
        pytest.raises(ProtocolError, match="no end"),
    ):
        held.line(10.0)


def test_an_interrupt_inside_leaves_nothing_running(phone: RunningPhone) -> None:
    with opened(phone) as connection:
        with pytest.raises(KeyboardInterrupt), connection.hold("cat") as _:
            raise KeyboardInterrupt

        assert connection.run("echo still here").stdout == b"still here\n"
    assert on_host(phone, ROOT).is_dir()


@contextmanager
def _holder(phone: RunningPhone, command: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds `command` on the phone."""
    argv = [sys.executable, "-c", HOLD, phone.address, command]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, text=True, stdin=pipe, stdout=pipe) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "locked\n"
            yield child
        finally:
            child.kill()


def _soon(is_so: Callable[[], bool]) -> bool:
    deadline_s = time.monotonic() + 10.0
    while not is_so() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return is_so()

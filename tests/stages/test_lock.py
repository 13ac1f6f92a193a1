import os
import platform
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.errors import DeviceBusyError, DeviceCommandError, DeviceGoneError, RefusedError
from sideload.simulated import RunningPhone
from sideload.stages._lock import locked, owner_in
from sideload.transports import Connection

ROOT = "/data/local/tmp/sideload"
# Another run with a cache of its own, so that only the phone can tell it about others.
HOLDER = f"""
import sys
from sideload import transports
from sideload.stages._lock import locked
connection = transports.get("adb").connect(sys.argv[1])
with locked(connection, "{ROOT}", doing="deploy", wait_s=60.0):
    print("locked", flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True, kw_only=True)
class Host:
    """A process that holds the phone until its input ends."""

    process: "subprocess.Popen[str]"

    def until_locked(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "locked\n"

    def let_go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(30) == 0


Start = Callable[[str], Host]


@pytest.fixture(params=["flock", "no flock"])
def phone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningPhone]:
    with simulated.get("android").start(tmp_path / "phone") as running:
        if request.param == "no flock":
            (running.root / "system/bin/flock").unlink()
        yield running


@pytest.fixture
def other(phone: RunningPhone, tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(name: str) -> Host:
            child = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", HOLDER, phone.address, name],
                    env={**os.environ, "SIDELOAD_CACHE": str(tmp_path / name)},
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
            stack.callback(child.kill)
            return Host(process=child)

        yield start


@contextmanager
def connected(phone: RunningPhone) -> Iterator[Connection]:
    connection = transports.get("adb").connect(phone.address)
    try:
        yield connection
    finally:
        connection.close()


def take(phone: RunningPhone, wait_s: float) -> None:
    with connected(phone) as connection, locked(connection, ROOT, doing="test", wait_s=wait_s):
        pass


def test_the_second_host_is_told_who_holds_it_and_what_to_type(
    phone: RunningPhone, other: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    holder = other("build-box")
    holder.until_locked()

    with pytest.raises(DeviceBusyError) as caught:
        take(phone, wait_s=0.2)

    who = f"@{platform.node()}, process {holder.process.pid} (deploy, since 2"
    assert who in caught.value.problem
    assert re.search(rf"adb -s {phone.address} shell kill -9 \d+$", caught.value.remedy)
    said = capsys.readouterr().err
    assert said.count(f"waiting for {phone.address}") == 1
    assert who in said


def test_the_second_host_goes_on_when_the_first_ends(phone: RunningPhone, other: Start) -> None:
    first = other("one")
    first.until_locked()
    second = other("two")
    first.let_go()
    second.until_locked()
    second.let_go()

    take(phone, wait_s=10.0)


def test_the_lock_of_a_host_that_was_killed_is_free(phone: RunningPhone, other: Start) -> None:
    holder = other("doomed")
    holder.until_locked()
    holder.process.send_signal(signal.SIGKILL)

    take(phone, wait_s=10.0)


def test_two_connections_of_one_process_wait_for_each_other_too(phone: RunningPhone) -> None:
    with (
        connected(phone) as connection,
        locked(connection, ROOT, doing="test"),
        pytest.raises(DeviceBusyError),
    ):
        take(phone, wait_s=0.2)

    take(phone, wait_s=10.0)


def test_what_the_remedy_says_frees_the_phone(phone: RunningPhone, other: Start) -> None:
    other("stuck").until_locked()
    with pytest.raises(DeviceBusyError) as caught:
        take(phone, wait_s=0.2)
    command = caught.value.remedy.rpartition(" shell ")[2]

    with connected(phone) as connection:
        assert connection.run(command).exit_code == 0

    take(phone, wait_s=10.0)


@pytest.mark.parametrize("missing", ["", "flock"])
def test_a_phone_that_restarts_in_mid_hold_is_free_afterwards(tmp_path: Path, missing: str) -> None:
    start = simulated.get("android").start
    with start(tmp_path / "phone", faults=["reboot-after=100000"]) as running:
        if missing:
            (running.root / "system/bin" / missing).unlink()
        with (
            pytest.raises(DeviceGoneError),
            connected(running) as connection,
            locked(connection, ROOT, doing="test"),
        ):
            connection.run("cat >/dev/null", stdin=bytes(300_000))
        _soon(lambda: take(running, wait_s=1.0))


@pytest.mark.parametrize("phone", ["no flock"], indirect=True)
@pytest.mark.parametrize("boot", ["another boot", "this boot"])
def test_a_link_that_nobody_alive_has_made_is_broken(phone: RunningPhone, boot: str) -> None:
    """After a restart its process number may be another's; and without one its process is dead."""
    store = phone.root / ROOT.lstrip("/")
    store.mkdir(parents=True)
    ids = phone.root / "proc/sys/kernel/random"
    ids.mkdir(parents=True, exist_ok=True)
    (ids / "boot_id").write_text("22-33\n")
    is_old = boot == "another boot"
    process = os.getpid() if is_old else _dead_process()
    (store / "lock.link").symlink_to(f"{process}.{'11-22' if is_old else '22-33'}.0123abcd")

    take(phone, wait_s=0.5)

    assert not list(store.glob("lock.broken*"))


@pytest.mark.parametrize("phone", ["no flock"], indirect=True)
def test_of_many_that_find_a_broken_link_one_at_a_time_gets_it(
    phone: RunningPhone, other: Start
) -> None:
    store = phone.root / ROOT.lstrip("/")
    store.mkdir(parents=True)
    (store / "lock.link").symlink_to(f"{_dead_process()}..0123abcd")

    hosts = [other(f"host-{number}") for number in range(3)]
    while hosts:
        host = _first(hosts)
        with pytest.raises(DeviceBusyError):
            take(phone, wait_s=0.2)
        host.let_go()
        hosts.remove(host)


def test_a_lock_costs_one_service(tmp_path: Path) -> None:
    with (
        simulated.get("android").start(tmp_path / "phone") as running,
        connected(running) as connection,
    ):
        before = _opened(connection)
        with locked(connection, ROOT, doing="test"):
            after = _opened(connection)

    assert after == before + 1 + 1  # the last one is that of the counting


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with (
        simulated.get("android").start(tmp_path / "phone", faults=["read-only"]) as running,
        pytest.raises(DeviceCommandError, match="Read-only file system") as caught,
    ):
        take(running, wait_s=1.0)

    assert "device_root" in caught.value.remedy


@pytest.mark.parametrize(
    "said",
    [
        b"held ",
        b"held 12",
        b"held x {}",
        b"held 12 []",
        b"held 12 null",
        b'held 12 {"user": "a"}',
        b'held 12 {"user":"a","host":"b","pid":"x","since":"c","doing":"d"}',
        b"held 1 " + b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_broken_note_of_the_owner_names_nobody(said: bytes) -> None:
    assert owner_in(said) is None


def test_a_note_cannot_steer_the_terminal() -> None:
    note = b'held 7 {"user":"\\u001b[2J","host":"h","pid":1,"since":"s","doing":"a\\nb"}'

    owner = owner_in(note)

    assert owner is not None
    assert str(owner).isprintable()


def _dead_process() -> int:
    with subprocess.Popen(["true"]) as child:
        child.wait()
    return child.pid


def _opened(connection: Connection) -> int:
    """How many services a connection has opened so far; opens one more to count."""
    with connection.hold("echo x") as held:
        held.line(10.0)
        channel = held._channel  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else counts
        number: int = channel.local_id
    return number


def _first(hosts: list[Host]) -> Host:
    """The first to say that it has the lock."""
    with selectors.DefaultSelector() as selector:
        for host in hosts:
            assert host.process.stdout is not None
            selector.register(host.process.stdout, selectors.EVENT_READ, host)
        ((key, _), *others) = selector.select(60.0)
    assert not others
    first: Host = key.data
    first.until_locked()
    return first


def _soon(act: Callable[[], None]) -> None:
    deadline_s = time.monotonic() + 10.0
    while True:
        try:
            act()
        except (DeviceGoneError, RefusedError):
            assert time.monotonic() < deadline_s
        else:
            return

"""A server that ends in the middle of things costs nothing that can be had again."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from sideload import simulated
from sideload.errors import DeviceBusyError, DeviceGoneError, NoDeviceError
from sideload.simulated import RunningPhone
from sideload.stages._lock import locked
from sideload.transports import Connection, Push
from tests.transports.server.conftest import SERVER, on_host, random_file
from tests.transports.server.native import NativeServer, native_server

TMP: Final = "/data/local/tmp"
FILE_BYTES: Final = 48 << 20


@pytest.fixture
def own(tmp_path: Path) -> Iterator[NativeServer]:
    """A server that the test may kill."""
    with native_server(tmp_path / "server") as made:
        made.start()
        yield made


@contextmanager
def connected(server: NativeServer, root: Path) -> Iterator[tuple[RunningPhone, Connection]]:
    with simulated.get("android").start(root) as phone:
        assert "connected to" in server.adb("connect", phone.address)
        with closing(SERVER.connect(phone.address, timeout_s=20.0)) as one:
            yield phone, one


def once(act: Callable[[], None], *, after: int) -> Callable[[int], None]:
    """Progress that acts once so many bytes are sent."""
    sent = 0

    def told(more: int) -> None:
        nonlocal sent
        is_over = sent < after <= sent + more
        sent += more
        if is_over:
            act()

    return told


def test_a_push_is_repeated_through_the_next_server(own: NativeServer, tmp_path: Path) -> None:
    file = random_file(tmp_path / "file", FILE_BYTES)
    told: list[int] = []
    kill = once(own.kill, after=FILE_BYTES // 3)

    def progress(more: int) -> None:
        told.append(more)
        kill(more)

    with connected(own, tmp_path / "root") as (phone, one):
        one.push([Push(local=file, remote=f"{TMP}/f")], progress=progress)
        arrived = on_host(phone, f"{TMP}/f").read_bytes()

    assert arrived == file.read_bytes()
    assert sum(told) == FILE_BYTES


def test_an_append_goes_on_where_it_stopped(own: NativeServer, tmp_path: Path) -> None:
    file = random_file(tmp_path / "file", FILE_BYTES)
    kill = once(own.kill, after=FILE_BYTES // 3)
    sent = 0

    def progress(more: int) -> None:
        nonlocal sent
        sent += more
        kill(more)

    with connected(own, tmp_path / "root") as (phone, one):
        one.append(file, f"{TMP}/f", 0, progress=progress)
        arrived = on_host(phone, f"{TMP}/f").read_bytes()

    assert arrived == file.read_bytes()
    assert sent == FILE_BYTES


def test_a_command_that_was_running_is_not_repeated(own: NativeServer, tmp_path: Path) -> None:
    with connected(own, tmp_path / "root") as (phone, one):
        with pytest.raises(DeviceGoneError) as gone:
            one.run(f"echo ran >> {TMP}/ran; echo on; sleep 20", on_stdout=lambda _: own.kill())
        again = one.run(f"cat {TMP}/ran")
        assert one.stat([f"{TMP}/ran"])[0] is not None
        assert phone.address == one.device.serial

    assert "the adb server ended while the phone ran a command" in str(gone.value)
    assert "run the command again" in gone.value.remedy
    assert again.stdout == b"ran\n"


def test_what_is_fetched_is_fetched_again(own: NativeServer, tmp_path: Path) -> None:
    with connected(own, tmp_path / "root") as (phone, one):
        random_file(on_host(phone, f"{TMP}/f"), 1 << 20)
        own.kill()
        one.pull(f"{TMP}/f", tmp_path / "back")
        back = (tmp_path / "back").read_bytes()

        assert back == on_host(phone, f"{TMP}/f").read_bytes()


def test_a_server_that_somebody_else_starts_meanwhile_is_used(
    own: NativeServer, tmp_path: Path
) -> None:
    file = random_file(tmp_path / "file", FILE_BYTES)

    def replace() -> None:
        own.kill()
        own.start()

    with connected(own, tmp_path / "root") as (phone, one):
        one.push(
            [Push(local=file, remote=f"{TMP}/f")], progress=once(replace, after=FILE_BYTES // 2)
        )
        arrived = on_host(phone, f"{TMP}/f").read_bytes()
        assert own.process is not None
        is_alive = own.process.poll() is None

    assert arrived == file.read_bytes()
    assert is_alive


def test_without_a_native_adb_the_end_of_the_server_says_what_to_do(
    own: NativeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = random_file(tmp_path / "file", FILE_BYTES)
    with connected(own, tmp_path / "root") as (_, one):
        monkeypatch.delenv("ANDROID_HOME")
        monkeypatch.setenv("PATH", "/usr/bin:/bin")
        with pytest.raises(NoDeviceError) as gone:
            one.push(
                [Push(local=file, remote=f"{TMP}/f")],
                progress=once(own.kill, after=FILE_BYTES // 2),
            )

    assert "no adb server listens at 127.0.0.1" in str(gone.value)
    assert "platform-tools" in gone.value.remedy


@pytest.mark.parametrize("is_back", [False, True], ids=["gone", "back"])
def test_a_lock_is_taken_again_before_anything_goes_on(
    is_back: bool, own: NativeServer, tmp_path: Path
) -> None:
    with connected(own, tmp_path / "root") as (phone, one):
        owner = on_host(phone, f"{TMP}/lock.owner")
        with locked(one, TMP, doing="test"):
            before = owner.read_text()
            own.kill()
            if is_back:
                # Somebody else has started the next one, and it has the phone already.
                own.start()
                own.adb("connect", phone.address)
                own.adb("-s", phone.address, "wait-for-device")
            one.stat([TMP])
            after = owner.read_text()
            with (
                closing(SERVER.connect(phone.address)) as other,
                pytest.raises(DeviceBusyError, match="is still in use"),
                locked(other, TMP, doing="other", wait_s=0.5),
            ):
                pass
        with locked(one, TMP, doing="again", wait_s=5.0):
            pass

    # The same words of another process on the phone.
    assert before.partition(" ")[2] == after.partition(" ")[2]
    assert before.partition(" ")[0] != after.partition(" ")[0]


def test_a_lock_that_another_run_took_meanwhile_ends_this_one(
    own: NativeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sideload.transports._adb_server.regained._REGAINED_WITHIN_S", 0.5)
    command = f"mkdir {TMP}/mine && echo got || echo held; cat"
    with connected(own, tmp_path / "root") as (_, one), one.hold(command) as held:
        first = held.line(10.0)
        own.kill()
        with pytest.raises(DeviceGoneError) as lost:
            one.stat([TMP])
        with pytest.raises(DeviceGoneError):
            one.stat([TMP])

    assert first == b"got"
    assert "another run took the phone meanwhile" in str(lost.value)


def test_a_server_is_not_waited_for_that_never_has_the_phone_again(
    own: NativeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sideload.transports._adb_server.services._BACK_S", 1.0)
    root = tmp_path / "root"
    with simulated.get("android").start(root) as phone:
        own.adb("connect", phone.address)
        one = SERVER.connect(phone.address)
    own.kill()
    started_s = time.monotonic()

    with pytest.raises(DeviceGoneError, match="the next one has no"):
        one.stat([TMP])
    assert time.monotonic() - started_s < 20.0
    one.close()

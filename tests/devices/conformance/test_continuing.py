"""Files that are continued where they ended, also after the phone or the link was gone."""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from sideload.errors import DeviceError, DeviceGoneError, TransferError
from sideload.transports._adb.connection import AdbConnection
from tests.devices.conformance.content import random_file, to, until
from tests.devices.conformance.subjects import Kind, Subject

PIECE_BYTES = 1 << 20


@pytest.mark.parametrize("offset", [0, 1, 65_536, 1_234_567, 3_000_000])
def test_an_append_goes_on_where_the_file_ends(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, offset: int
) -> None:
    file = random_file(here / "file", 3_000_000)
    remote = subject.on_host(f"{folder}/file")
    if offset:
        remote.write_bytes(file.read_bytes()[:offset])
    sent: list[int] = []

    connection.append(file, f"{folder}/file", offset, progress=sent.append)

    assert remote.read_bytes() == file.read_bytes()
    # Through a server it goes on at the beginning of a piece, and sends what is before once more.
    assert 0 <= sum(sent) - (3_000_000 - offset) < PIECE_BYTES


@pytest.mark.parametrize("offset", [101, 199])
def test_an_append_to_a_file_that_holds_less_is_refused(
    subject: Subject, connection: AdbConnection, folder: str, here: Path, offset: int
) -> None:
    file = random_file(here / "file", 200)
    remote = random_file(subject.on_host(f"{folder}/file"), 100)
    before = remote.read_bytes()

    with pytest.raises(TransferError, match=f"does not hold {offset} bytes"):
        connection.append(file, f"{folder}/file", offset)

    assert remote.read_bytes() == before


def test_an_append_under_an_awkward_name_arrives(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    file = random_file(here / "file", 100_000)
    remote = f'{folder}/it\'s $(a) "name"\n\\ 名'

    connection.append(file, remote, 0)

    assert subject.on_host(remote).read_bytes() == file.read_bytes()


def test_what_was_appended_stays_when_we_hang_up_and_is_continued(
    subject: Subject, folder: str, here: Path
) -> None:
    file = random_file(here / "file", 30_000_000)
    remote = f"{folder}/file"

    class HangUpError(Exception):
        pass

    def hear(size_bytes: int) -> None:
        # The phone has begun to write before we hang up, however busy this machine is.
        until(lambda: bool(size_bytes) and _size(subject.on_host(remote)) > 0)
        raise HangUpError

    with closing(subject.connect()) as connection, pytest.raises(HangUpError):
        connection.append(file, remote, 0, progress=_after(4_000_000, hear))
    part_bytes = _settled(subject.on_host(remote))
    with closing(subject.connect()) as connection:
        connection.append(file, remote, part_bytes)

    assert 0 < part_bytes < 30_000_000
    assert subject.on_host(remote).read_bytes() == file.read_bytes()


def test_a_push_that_we_give_up_leaves_nothing_under_the_name(
    subject: Subject, folder: str, here: Path
) -> None:
    file = random_file(here / "file", 30_000_000)

    class GiveUpError(Exception):
        pass

    def hear(size_bytes: int) -> None:
        raise GiveUpError(size_bytes)

    with closing(subject.connect()) as connection, pytest.raises(GiveUpError):
        connection.push([to(file, folder)], progress=_after(8_000_000, hear))

    # adbd deletes what it has when it notices.
    until(lambda: not subject.on_host(f"{folder}/file").exists())


def test_a_phone_that_dies_is_gone_in_words(kind: Kind, tmp_path: Path) -> None:
    with kind.start(tmp_path / "phone") as subject, closing(subject.connect()) as connection:
        started = threading.Event()
        command = f"echo {'.' * 64}; sleep 60"
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(connection.run, command, on_stdout=lambda _: started.set())
            started.wait(20)
            os.killpg(subject.pid, signal.SIGKILL)

            with pytest.raises(DeviceGoneError):
                waiting.result()
        with pytest.raises(DeviceGoneError):
            connection.run("echo still there")


def test_a_phone_that_died_is_reached_again_where_it_was(
    kind: Kind, tmp_path: Path, here: Path
) -> None:
    file = random_file(here / "file", 200_000)
    with kind.start(tmp_path / "phone") as first, closing(first.connect()) as connection:
        connection.push([to(file, first.tmp)])
        os.killpg(first.pid, signal.SIGKILL)
    with pytest.raises(DeviceError) as caught:
        first.connect()
    port = int(first.address.rpartition(":")[2])
    with kind.start(tmp_path / "phone", port=port) as second, closing(second.connect()) as again:
        again.pull(f"{second.tmp}/file", here / "back")

    assert caught.value.remedy
    assert second.address == first.address
    assert (here / "back").read_bytes() == file.read_bytes()


def test_a_phone_that_dies_in_a_push_is_gone_in_words(
    kind: Kind, tmp_path: Path, here: Path
) -> None:
    file = random_file(here / "file", 64_000_000)
    with kind.start(tmp_path / "phone") as subject, closing(subject.connect()) as connection:

        def kill(size_bytes: int) -> None:
            del size_bytes
            os.killpg(subject.pid, signal.SIGKILL)

        with pytest.raises(DeviceError) as caught:
            connection.push([to(file, subject.tmp)], progress=_after(8_000_000, kill))

    assert isinstance(caught.value, DeviceGoneError)
    assert caught.value.remedy


def test_pushes_pulls_and_commands_at_once_do_not_mix(
    subject: Subject, connection: AdbConnection, folder: str, here: Path
) -> None:
    files = [random_file(here / name, 6_000_000) for name in ("one", "two")]
    many = [random_file(here / f"small-{number}", 5_000) for number in range(60)]
    source = random_file(subject.on_host(f"{folder}/source"), 6_000_000)
    data = os.urandom(3_000_000)
    barrier = threading.Barrier(6)
    said: list[bytes] = []

    acts: Sequence[Callable[[], object]] = [
        lambda: connection.push([to(files[0], folder)]),
        lambda: connection.append(files[1], f"{folder}/two", 0),
        lambda: connection.push([to(file, f"{folder}/many") for file in many]),
        lambda: connection.pull(f"{folder}/source", here / "back"),
        lambda: said.append(connection.run("cat", stdin=data).stdout),
        lambda: connection.stat([folder] * 300),
    ]

    def at_once(act: Callable[[], object]) -> None:
        barrier.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(at_once, acts))

    for file in files:
        assert subject.on_host(f"{folder}/{file.name}").read_bytes() == file.read_bytes()
    for file in many:
        assert subject.on_host(f"{folder}/many/{file.name}").read_bytes() == file.read_bytes()
    assert (here / "back").read_bytes() == source.read_bytes()
    assert said == [data]


def test_connections_at_once_each_see_the_phone(subject: Subject) -> None:
    barrier = threading.Barrier(5)

    def look(number: int) -> bytes:
        with closing(subject.connect()) as connection:
            barrier.wait()
            return connection.run(f"echo {number}").stdout

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(look, range(5))) == [f"{number}\n".encode() for number in range(5)]


def _after(size_bytes: int, then: Callable[[int], None]) -> Callable[[int], None]:
    """A listener to progress that does something once so much has been sent."""
    sent = 0

    def hear(more: int) -> None:
        nonlocal sent
        sent += more
        if sent >= size_bytes:
            then(more)

    return hear


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _settled(path: Path) -> int:
    """Its size once the phone has written what was still on its way."""
    before, now = -1, 0
    while before != now:
        threading.Event().wait(0.1)
        before, now = now, _size(path)
    return now

import threading
from collections.abc import Callable

import pytest

from sideload.errors import (
    DeviceCommandError,
    DeviceFullError,
    DeviceGoneError,
    HashMismatchError,
    HostFileError,
)
from sideload.simulated import RunningPhone
from sideload.stages._objects import present, store
from sideload.transports import Connection
from sideload.values import FileRef, PayloadFile
from tests.stages.objects.conftest import LARGE_BYTES, ROOT, on_host, opened, total

# What went on its way in whole blocks.
PART_BYTES = 10 << 20


def test_an_interrupted_push_goes_on_where_it_stopped(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile]
) -> None:
    phone = faulty("drop-after=8000000:once")
    part = on_host(phone) / "incoming" / f"{payload[3].file.sha256}.part"
    sent: list[int] = []

    def hear(size_bytes: int) -> None:
        # The phone has begun to write before the connection breaks, however busy this machine is.
        sent.append(size_bytes)
        while sum(sent) > 2_500_000 and not (part.exists() and part.stat().st_size):
            threading.Event().wait(0.01)

    with opened(phone) as connection, pytest.raises(DeviceGoneError):
        store(connection, root=ROOT, key="k1", payload=payload, progress=hear)
    arrived_bytes = part.stat().st_size
    with opened(phone) as connection:
        seen = present(connection, ROOT, ["k1"])
        stored = store(connection, root=ROOT, key="k1", payload=payload)
        whole = present(connection, ROOT, ["k1"])

    assert seen == frozenset()
    # What was still in the phone's pipe when the connection broke may have arrived since.
    assert 0 < arrived_bytes <= stored.reused_bytes < 8_000_000
    assert stored.pushed_bytes == total(payload) - stored.reused_bytes
    assert whole == {"k1"}


def test_a_part_with_the_wrong_beginning_is_sent_again_from_the_start(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    incoming = on_host(phone) / "incoming"
    incoming.mkdir(parents=True)
    (incoming / f"{payload[3].file.sha256}.part").write_bytes(bytes(PART_BYTES))

    stored = store(connection, root=ROOT, key="k1", payload=payload[3:])

    assert stored.pushed_bytes == LARGE_BYTES - PART_BYTES + LARGE_BYTES
    assert present(connection, ROOT, ["k1"]) == {"k1"}


@pytest.mark.parametrize("size_bytes", [LARGE_BYTES, LARGE_BYTES + 1])
def test_a_part_that_is_whole_or_too_long_is_no_obstacle(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile], size_bytes: int
) -> None:
    incoming = on_host(phone) / "incoming"
    incoming.mkdir(parents=True)
    content = payload[3].file.path.read_bytes() + b"x"
    (incoming / f"{payload[3].file.sha256}.part").write_bytes(content[:size_bytes])

    stored = store(connection, root=ROOT, key="k1", payload=payload[3:])

    assert stored.pushed_bytes == (0 if size_bytes == LARGE_BYTES else LARGE_BYTES)
    assert present(connection, ROOT, ["k1"]) == {"k1"}


def test_a_phone_that_lies_about_a_hash_is_refused_and_keeps_nothing(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile]
) -> None:
    phone = faulty("wrong-hash")

    with (
        opened(phone) as connection,
        pytest.raises(HashMismatchError, match=r"twice received something else .*model\.pte"),
    ):
        store(connection, root=ROOT, key="k1", payload=payload[:2])

    assert list((on_host(phone) / "objects").iterdir()) == []
    assert list((on_host(phone) / "incoming").iterdir()) == []
    assert list((on_host(phone) / "deployments").iterdir()) == []


def test_a_file_that_changed_here_is_not_blamed_on_the_phone(
    connection: Connection, payload: list[PayloadFile]
) -> None:
    payload[1].file.path.write_bytes(b"the m0del")

    with pytest.raises(HostFileError, match="has changed since it was bundled"):
        store(connection, root=ROOT, key="k1", payload=payload)


def test_what_a_phone_without_sha256sum_holds_is_read_back(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile]
) -> None:
    phone = faulty("no-sha256sum")
    incoming = on_host(phone) / "incoming"
    incoming.mkdir(parents=True)
    (incoming / f"{payload[3].file.sha256}.part").write_bytes(bytes(PART_BYTES))

    with opened(phone) as connection:
        stored = store(connection, root=ROOT, key="k1", payload=payload)

        assert stored.pushed_bytes == total(payload) + LARGE_BYTES - PART_BYTES
        assert present(connection, ROOT, ["k1"]) == {"k1"}


def test_a_phone_that_cannot_write_says_so(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile]
) -> None:
    with (
        opened(faulty("read-only")) as connection,
        pytest.raises(DeviceCommandError, match="Read-only file system"),
    ):
        store(connection, root=ROOT, key="k1", payload=payload[:2])


@pytest.mark.parametrize("which", [slice(2, 3), slice(3, 4)])
def test_a_phone_that_fills_up_says_how_much_is_needed(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile], which: slice
) -> None:
    with (
        opened(faulty("full-after=50000")) as connection,
        pytest.raises(DeviceFullError, match=r"No space left on device.* needed, .* available"),
    ):
        store(connection, root=ROOT, key="k1", payload=payload[which])


def test_too_little_space_is_known_before_anything_is_sent(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    huge = FileRef(path=payload[0].file.path, sha256="0" * 64, size_bytes=1 << 60)

    with pytest.raises(DeviceFullError, match=r"too little space .*needed"):
        store(connection, root=ROOT, key="k1", payload=[PayloadFile(name="huge", file=huge)])

    assert list((on_host(phone) / "incoming").iterdir()) == []


def test_a_phone_that_cannot_say_what_it_holds_says_so(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile]
) -> None:
    with opened(faulty("no-stat")) as connection:
        assert present(connection, ROOT, ["k1"]) == frozenset()
        with pytest.raises(DeviceCommandError, match="lacks the program to keep files"):
            store(connection, root=ROOT, key="k1", payload=payload[:2])


@pytest.mark.parametrize("fault", ["epoch-clock", "no-df", "torn-file"])
def test_a_phone_that_is_odd_in_other_ways_keeps_deployments_too(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile], fault: str
) -> None:
    with opened(faulty(fault)) as connection:
        store(connection, root=ROOT, key="k1", payload=payload)

        assert present(connection, ROOT, ["k1"]) == {"k1"}


def test_a_phone_whose_clock_says_1970_removes_only_what_this_machine_does_not_use(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile]
) -> None:
    phone = faulty("epoch-clock")
    with opened(phone) as connection:
        store(connection, root=ROOT, key="ours", payload=payload[2:3])
        store(connection, root=ROOT, key="theirs", payload=payload[1:2])
        users = on_host(phone) / "users"
        (users / "another-1234").mkdir()
        for path in users.glob("*/theirs"):
            path.rename(users / "another-1234/theirs")

        store(connection, root=ROOT, key="new", payload=payload[:1], budget_bytes=50_000)

        assert present(connection, ROOT, ["ours", "theirs", "new"]) == {"theirs", "new"}

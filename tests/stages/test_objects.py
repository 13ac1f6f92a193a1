import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.errors import (
    DeviceCommandError,
    DeviceFullError,
    DeviceGoneError,
    HashMismatchError,
    HostFileError,
    NameError_,
)
from sideload.host import files
from sideload.simulated import RunningPhone
from sideload.stages._objects import present, remove_deployment, remove_unnamed, store
from sideload.transports import Connection
from sideload.values import FileRef, PayloadFile

ROOT = "/data/local/tmp/it's a store"
LARGE_BYTES = 20_000_000


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    with simulated.get("android").start(tmp_path_factory.mktemp("objects") / "phone") as running:
        yield running


@pytest.fixture
def connection(phone: RunningPhone) -> Iterator[Connection]:
    shutil.rmtree(on_host(phone), ignore_errors=True)
    with opened(phone) as one:
        yield one


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[Callable[..., RunningPhone]]:
    with ExitStack() as stack:

        def start(*faults: str) -> RunningPhone:
            simulator = simulated.get("android")
            return stack.enter_context(simulator.start(tmp_path / "faulty", faults=faults))

        yield start


@contextmanager
def opened(phone: RunningPhone) -> Iterator[Connection]:
    with closing(transports.get("adb").connect(phone.address, timeout_s=10)) as one:
        yield one


def on_host(phone: RunningPhone) -> Path:
    return phone.root / ROOT.lstrip("/")


def made(folder: Path, name: str, content: bytes, *, executable: bool = False) -> PayloadFile:
    path = folder / f"{len(list(folder.iterdir()))}"
    path.write_bytes(content)
    return PayloadFile(name=name, file=files.ref(path), executable=executable)


@pytest.fixture
def payload(tmp_path: Path) -> list[PayloadFile]:
    folder = tmp_path / "payload"
    folder.mkdir()
    return [
        made(folder, "runner", b"#!/bin/sh\ncat model.pte\n", executable=True),
        made(folder, "model.pte", b"the model"),
        made(folder, "wéird 'name' $(x)", os.urandom(100_000)),
        made(folder, "large.bin", os.urandom(LARGE_BYTES)),
    ]


def total(payload: list[PayloadFile]) -> int:
    return sum(file.file.size_bytes for file in payload)


def test_a_deployment_runs_from_its_folder(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    told: list[int] = []

    stored = store(connection, root=ROOT, key="k1", payload=payload, progress=told.append)

    assert stored.directory == f"{ROOT}/deployments/k1"
    assert (stored.pushed_bytes, stored.reused_bytes) == (total(payload), 0)
    assert sum(told) == total(payload)
    folder = on_host(phone) / "deployments/k1"
    for file in payload:
        assert (folder / file.name).read_bytes() == file.file.path.read_bytes()
        assert (folder / file.name).readlink() == Path("../../objects") / file.file.sha256
    done = connection.run('cd "/data/local/tmp/it\'s a store/deployments/k1" && ./runner')
    assert done.stdout == b"the model"
    assert list((on_host(phone) / "incoming").iterdir()) == []


def test_an_unchanged_deployment_sends_nothing_and_is_told_in_full(
    connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload)
    told: list[int] = []

    again = store(connection, root=ROOT, key="k1", payload=payload, progress=told.append)

    assert (again.pushed_bytes, again.reused_bytes) == (0, total(payload))
    assert told == [total(payload)]


def test_what_two_deployments_share_is_stored_once(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile], tmp_path: Path
) -> None:
    other = made(tmp_path / "payload", "model.pte", b"another model")
    twin = made(tmp_path / "payload", "copy.pte", b"another model")
    store(connection, root=ROOT, key="k1", payload=payload)

    stored = store(connection, root=ROOT, key="k2", payload=[*payload[2:], other, twin])

    assert stored.pushed_bytes == len(b"another model")
    assert stored.reused_bytes == 100_000 + LARGE_BYTES
    assert len(list((on_host(phone) / "objects").iterdir())) == 5


def test_several_deployments_are_looked_at_at_once(
    connection: Connection, payload: list[PayloadFile]
) -> None:
    assert present(connection, ROOT, ["k1"]) == frozenset()
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    store(connection, root=ROOT, key="k2", payload=payload[1:3])

    assert present(connection, ROOT, ["k1", "k2", "k3"]) == {"k1", "k2"}


@pytest.mark.parametrize(
    "harm",
    [
        lambda root, sha: (root / "objects" / sha).unlink(),
        lambda root, sha: (root / "objects" / sha).write_bytes(b"the m0del"),
        lambda root, sha: os.utime(root / "objects" / sha, (1, 1)),
        lambda root, _: (root / "deployments/k1/model.pte").unlink(),
        lambda root, _: shutil.rmtree(root / "deployments/k1"),
        lambda root, _: (root / "deployments/k1.json").unlink(),
        lambda root, _: (root / "deployments/k1.json").write_text("{}\n"),
        lambda root, _: (root / "deployments/k1.json").write_text('{"schema": [}\n'),
        lambda root, _: (root / "deployments/k1.json").write_bytes(os.urandom(1000)),
        lambda root, _: shutil.rmtree(root),
    ],
)
def test_whatever_is_harmed_is_noticed_and_made_good(
    phone: RunningPhone,
    connection: Connection,
    payload: list[PayloadFile],
    harm: Callable[[Path, str], object],
) -> None:
    few = payload[:3]
    store(connection, root=ROOT, key="k1", payload=few)
    harm(on_host(phone), few[1].file.sha256)

    was_present = present(connection, ROOT, ["k1"])
    store(connection, root=ROOT, key="k1", payload=few)

    assert was_present == frozenset()
    assert present(connection, ROOT, ["k1"]) == {"k1"}
    folder = on_host(phone) / "deployments/k1"
    assert all((folder / f.name).read_bytes() == f.file.path.read_bytes() for f in few)


def test_another_payload_under_the_same_key_replaces_it(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload[:2])

    store(connection, root=ROOT, key="k1", payload=payload[1:3])

    folder = on_host(phone) / "deployments/k1"
    assert {path.name for path in folder.iterdir()} == {file.name for file in payload[1:3]}


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
    (incoming / f"{payload[3].file.sha256}.part").write_bytes(bytes(10_000_000))

    stored = store(connection, root=ROOT, key="k1", payload=payload[3:])

    assert stored.pushed_bytes == LARGE_BYTES - 10_000_000 + LARGE_BYTES
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


def test_a_phone_without_sha256sum_says_so(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile]
) -> None:
    with (
        opened(faulty("no-sha256sum")) as connection,
        pytest.raises(DeviceCommandError, match="sha256sum"),
    ):
        store(connection, root=ROOT, key="k1", payload=payload[:2])


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


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\nb", "a\\b", " a", "a ", ".hidden", "a\0b", "x" * 256]
)
def test_a_name_that_a_phone_cannot_keep_is_refused(
    connection: Connection, payload: list[PayloadFile], name: str
) -> None:
    bad = PayloadFile(name=name, file=payload[0].file)

    with pytest.raises(NameError_, match="can be called"):
        store(connection, root=ROOT, key="k1", payload=[bad])


@pytest.mark.parametrize("key", ["", "..", "a/b", "$(x)", "a b", "-x", "x" * 200])
def test_a_key_that_could_lead_elsewhere_is_refused(connection: Connection, key: str) -> None:
    with pytest.raises(NameError_, match="key"):
        store(connection, root=ROOT, key=key, payload=[])
    with pytest.raises(NameError_, match="key"):
        remove_deployment(connection, ROOT, key)


def test_two_files_of_one_name_are_refused(
    connection: Connection, payload: list[PayloadFile]
) -> None:
    with pytest.raises(NameError_, match="2 files"):
        store(connection, root=ROOT, key="k1", payload=[payload[0], payload[0]])


def test_cleaning_removes_what_no_manifest_names_and_nothing_else(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    root = on_host(phone)
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    store(connection, root=ROOT, key="k2", payload=payload[1:3])
    (root / "objects" / "somebody's file").write_text("keep me")
    (root / "incoming" / f"{'0' * 64}.part").write_bytes(bytes(1000))
    (root / "work").mkdir()

    remove_deployment(connection, ROOT, "k2")
    freed_bytes = remove_unnamed(connection, ROOT)

    assert freed_bytes == payload[2].file.size_bytes + 1000
    assert present(connection, ROOT, ["k1", "k2"]) == {"k1"}
    kept = {file.file.sha256 for file in payload[:2]} | {"somebody's file"}
    assert {path.name for path in (root / "objects").iterdir()} == kept
    assert {path.name for path in root.iterdir()} == {"objects", "incoming", "deployments"}
    assert {path.name for path in (root / "deployments").iterdir()} == {"k1", "k1.json"}


def test_a_half_named_deployment_is_cleaned_away(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    (on_host(phone) / "deployments/k1.json").unlink()

    freed_bytes = remove_unnamed(connection, ROOT)

    assert freed_bytes == total(payload[:2])
    assert list((on_host(phone) / "deployments").iterdir()) == []


def test_the_manifest_says_what_is_there(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload[:1])

    manifest = json.loads((on_host(phone) / "deployments/k1.json").read_text())

    assert manifest["schema"] == "sideload/1"
    assert manifest["key"] == "k1"
    assert manifest["entries"][0]["name"] == "runner"
    assert manifest["entries"][0]["sha256"] == payload[0].file.sha256


def test_hundreds_of_files_make_one_deployment(connection: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    payload = [made(folder, f"input {number}.bin", b"%d" % number) for number in range(300)]

    stored = store(connection, root=ROOT, key="k1", payload=payload)

    assert stored.pushed_bytes == total(payload)
    assert present(connection, ROOT, ["k1"]) == {"k1"}


def test_an_old_phone_keeps_deployments_too(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile]
) -> None:
    with opened(faulty("old-protocol")) as connection:
        stored = store(connection, root=ROOT, key="k1", payload=payload)

        assert stored.pushed_bytes == total(payload)
        assert present(connection, ROOT, ["k1"]) == {"k1"}


def test_this_machine_keeps_deployments_too(tmp_path: Path, payload: list[PayloadFile]) -> None:
    root = str(tmp_path / "here")
    with closing(transports.get("local").connect("local")) as connection:
        stored = store(connection, root=root, key="k1", payload=payload)

        assert present(connection, root, ["k1"]) == {"k1"}
    assert (Path(stored.directory) / "model.pte").read_bytes() == b"the model"

import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sideload import transports
from sideload.simulated import RunningPhone
from sideload.stages._objects import present, store
from sideload.transports import Connection
from sideload.values import PayloadFile
from tests.stages.objects.conftest import LARGE_BYTES, ROOT, made, on_host, opened, total


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
        lambda root, sha: (root / "objects" / sha).write_bytes(b"another model"),
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

"""Somebody else writes in the store: by mistake, by malice, or because a disk lost something."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sideload.errors import DeviceCommandError, HashMismatchError
from sideload.simulated import RunningPhone
from sideload.stages._objects import present, remove_unnamed, store
from sideload.transports import Connection
from sideload.values import PayloadFile
from tests.stages.objects.conftest import ROOT, on_host, opened


def _link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def _folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    (path / "inside").mkdir(parents=True)


INTRUDERS: list[Callable[[Path, str, Path], None]] = [
    lambda root, sha, victim: _link(root / "objects" / sha, victim),
    lambda root, sha, victim: _link(root / f"incoming/{sha}.part", victim),
    lambda root, sha, victim: _link(root / f"incoming/{sha}.index", victim),
    lambda root, sha, victim: _link(root / "index" / sha, victim),
    lambda root, _, victim: _link(root / "deployments/k1", victim.parent),
    lambda root, _, victim: _link(root / "deployments/k1.json", victim),
    lambda root, _, victim: _link(root / "deployments/k1.part", victim),
    lambda root, sha, _: _folder(root / "objects" / sha),
    lambda root, sha, _: _folder(root / f"incoming/{sha}.part"),
    lambda root, sha, _: _folder(root / "index" / sha),
    lambda root, _, __: _folder(root / "deployments/k1.json"),
    lambda root, _, __: _folder(root / "deployments/k1.part"),
    lambda root, _, __: _folder(root / "deployments/k1/model.pte"),
]


@pytest.mark.parametrize("number", range(len(INTRUDERS)))
@pytest.mark.parametrize("which", [1, 3])
def test_a_link_or_a_folder_in_the_way_is_replaced_and_what_it_leads_to_stays(
    phone: RunningPhone,
    connection: Connection,
    payload: list[PayloadFile],
    number: int,
    which: int,
) -> None:
    root, file = on_host(phone), payload[which]
    victim = phone.root / "data/local/tmp/victims/victim"
    victim.parent.mkdir(exist_ok=True)
    victim.write_bytes(b"of somebody else")
    for name in ("objects", "incoming", "index", "deployments"):
        (root / name).mkdir(parents=True)
    INTRUDERS[number](root, file.file.sha256, victim)

    store(connection, root=ROOT, key="k1", payload=[file])

    assert present(connection, ROOT, ["k1"]) == {"k1"}
    there = root / "deployments/k1" / file.name
    assert there.read_bytes() == file.file.path.read_bytes()
    assert not (root / "objects" / file.file.sha256).is_symlink()
    assert victim.read_bytes() == b"of somebody else"
    assert [path.name for path in victim.parent.iterdir()] == ["victim"]


def test_an_object_that_became_a_link_to_the_same_content_is_no_object(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    content = on_host(phone) / "objects" / payload[1].file.sha256
    content.rename(on_host(phone) / "elsewhere")
    content.symlink_to("../elsewhere")

    assert present(connection, ROOT, ["k1"]) == frozenset()


def test_a_name_that_leads_to_something_else_is_noticed(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    name = on_host(phone) / "deployments/k1" / payload[1].name
    name.unlink()
    name.write_bytes(payload[1].file.path.read_bytes())

    assert present(connection, ROOT, ["k1"]) == frozenset()


@pytest.mark.parametrize("name", ["objects", "incoming", "index", "deployments", "users"])
def test_a_folder_of_the_store_that_leads_elsewhere_is_refused(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile], name: str
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    shutil.rmtree(on_host(phone) / name)
    (phone.root / "data/local/tmp/elsewhere").mkdir(exist_ok=True)
    _link(on_host(phone) / name, phone.root / "data/local/tmp/elsewhere")

    with pytest.raises(DeviceCommandError, match=f"{name} on .* is a link") as caught:
        store(connection, root=ROOT, key="k2", payload=payload[:2])
    with pytest.raises(DeviceCommandError, match="is a link"):
        remove_unnamed(connection, ROOT)

    assert f"/{name}'" in caught.value.remedy
    assert list((phone.root / "data/local/tmp/elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["objects", "incoming", "index", "deployments", "users"])
def test_a_file_where_a_folder_belongs_is_refused(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile], name: str
) -> None:
    on_host(phone).mkdir(parents=True)
    (on_host(phone) / name).write_text("a file")

    with pytest.raises(DeviceCommandError, match=f"{name} on .* must be a folder") as caught:
        store(connection, root=ROOT, key="k1", payload=payload[:2])

    assert f"/{name}'" in caught.value.remedy


def test_a_change_within_the_same_second_is_noticed(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    content = on_host(phone) / "objects" / payload[1].file.sha256
    before = content.stat()
    content.write_bytes(b"the m0del")
    os.utime(content, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert present(connection, ROOT, ["k1"]) == frozenset()


@pytest.mark.parametrize("which", [1, 3])
def test_what_is_changed_between_its_proof_and_its_name_is_not_kept(
    faulty: Callable[..., RunningPhone], payload: list[PayloadFile], which: int
) -> None:
    phone, file = faulty("changed-before-rename"), payload[which]

    with opened(phone) as connection:
        with pytest.raises(HashMismatchError, match=f"while it was stored: {file.name}"):
            store(connection, root=ROOT, key="k1", payload=[file])
        left = list((on_host(phone) / "objects").iterdir())
        store(connection, root=ROOT, key="k1", payload=[file])

        assert left == []
        assert present(connection, ROOT, ["k1"]) == {"k1"}


def test_a_manifest_of_an_earlier_version_costs_one_look_at_the_content(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload)
    manifest = on_host(phone) / "deployments/k1.json"
    text = manifest.read_text()
    start = text.index(', "fine"')
    manifest.write_text(text[:start] + text[text.index("}", start) :])

    again = store(connection, root=ROOT, key="k1", payload=payload)

    assert again.pushed_bytes == 0
    assert present(connection, ROOT, ["k1"]) == {"k1"}

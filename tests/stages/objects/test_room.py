import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sideload.errors import DeviceFullError
from sideload.host import identity
from sideload.simulated import RunningPhone
from sideload.stages._objects import present, remove_unnamed, store
from sideload.stages._objects.room import Need, make_room
from sideload.stages._objects.survey import survey
from sideload.stages._objects.unused import LEASE_S
from sideload.transports import Connection
from sideload.values import PayloadFile
from tests.stages.objects.conftest import ROOT, made, on_host

MB = 1_000_000
LONG_AGO_S = LEASE_S + 1000


@pytest.fixture
def models(tmp_path: Path) -> list[PayloadFile]:
    """Four models that have nothing in common, of a megabyte each."""
    (tmp_path / "models").mkdir()
    return [made(tmp_path / "models", f"model {n}", os.urandom(MB)) for n in range(4)]


def _store(
    connection: Connection, key: str, models: list[PayloadFile], budget_bytes: int | None = None
) -> None:
    store(connection, root=ROOT, key=key, payload=models, budget_bytes=budget_bytes)


def _used(phone: RunningPhone, key: str, ago_s: float, host: str = "") -> None:
    """Say that a host, or this one, used a deployment so long ago."""
    when_s = time.time() - ago_s
    root = on_host(phone)
    for path in (
        root / "users" / (host or identity.host_id()) / key,
        root / f"deployments/{key}.json",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (when_s, when_s))


def _keys(phone: RunningPhone) -> set[str]:
    return {path.stem for path in (on_host(phone) / "deployments").glob("*.json")}


def _stored_bytes(phone: RunningPhone) -> int:
    return sum(path.stat().st_size for path in (on_host(phone) / "objects").iterdir())


def test_within_the_budget_nothing_is_removed(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    for number in range(3):
        _store(connection, f"k{number}", [models[number]], budget_bytes=4 * MB)

    assert _keys(phone) == {"k0", "k1", "k2"}


def test_the_deployment_that_was_not_used_for_longest_makes_room(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    for number, ago_s in enumerate([100, 300, 200]):
        _store(connection, f"k{number}", [models[number]])
        _used(phone, f"k{number}", ago_s)

    _store(connection, "k3", [models[3]], budget_bytes=3_500_000)

    assert _keys(phone) == {"k0", "k2", "k3"}
    assert present(connection, ROOT, ["k0", "k2", "k3"]) == {"k0", "k2", "k3"}
    assert _stored_bytes(phone) == 3 * MB
    assert not (on_host(phone) / "deployments/k1").exists()
    assert not (on_host(phone) / "users" / identity.host_id() / "k1").exists()


def test_looking_at_a_deployment_is_using_it(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    for number in range(3):
        _store(connection, f"k{number}", [models[number]])
        _used(phone, f"k{number}", 300 - number)
    present(connection, ROOT, ["k0", "nothing of the sort"])

    _store(connection, "k3", [models[3]], budget_bytes=3_500_000)

    assert _keys(phone) == {"k0", "k2", "k3"}
    users = on_host(phone) / "users" / identity.host_id()
    assert {path.name for path in users.iterdir()} == {"k0", "k2", "k3"}


def test_content_that_no_manifest_names_goes_before_any_deployment(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    _store(connection, "k0", [models[0]])
    _store(connection, "k1", [models[1]])
    _used(phone, "k0", 1000)
    _store(connection, "k1", [models[2]])

    _store(connection, "k3", [models[3]], budget_bytes=3_500_000)

    assert _keys(phone) == {"k0", "k1", "k3"}
    there = {path.name for path in (on_host(phone) / "objects").iterdir()}
    assert there == {models[n].file.sha256 for n in (0, 2, 3)}


def test_what_two_deployments_share_stays_with_the_other(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    _store(connection, "k0", models[:2])
    _store(connection, "k1", models[1:3])
    _used(phone, "k0", 1000)

    _store(connection, "k3", [models[3]], budget_bytes=3_500_000)

    assert present(connection, ROOT, ["k0", "k1", "k3"]) == {"k1", "k3"}


def test_what_another_machine_uses_is_never_removed(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    for number in range(3):
        _store(connection, f"k{number}", [models[number]])
        _used(phone, f"k{number}", 1000 * (3 - number))
    _used(phone, "k0", 5000, host="another-1234")

    _store(connection, "k3", [models[3]], budget_bytes=3_500_000)

    assert _keys(phone) == {"k0", "k2", "k3"}


@pytest.mark.parametrize(("ago_s", "is_there"), [(LEASE_S - 1000, True), (LONG_AGO_S, False)])
def test_what_another_machine_has_not_used_for_very_long_may_go(
    phone: RunningPhone,
    connection: Connection,
    models: list[PayloadFile],
    ago_s: int,
    *,
    is_there: bool,
) -> None:
    _store(connection, "k0", [models[0]])
    (on_host(phone) / "users" / identity.host_id() / "k0").unlink()
    _used(phone, "k0", ago_s, host="another-1234")
    (on_host(phone) / "users" / identity.host_id() / "k0").unlink(missing_ok=True)
    _store(connection, "k1", [models[1]])

    _store(connection, "k2", [models[2]], budget_bytes=2_500_000)

    assert _keys(phone) == ({"k0", "k2"} if is_there else {"k1", "k2"})


def test_a_deployment_from_before_there_were_users_is_anybodys(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    _store(connection, "k0", [models[0]])
    (on_host(phone) / "users" / identity.host_id() / "k0").unlink()
    _store(connection, "k1", [models[1]])

    _store(connection, "k2", [models[2]], budget_bytes=2_500_000)

    assert _keys(phone) == {"k0", "k2"}


def test_what_was_used_while_the_clock_said_1970_is_not_old(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    for number in range(2):
        _store(connection, f"k{number}", [models[number]])
    _used(phone, "k0", time.time() - 86_400, host="another-1234")
    _used(phone, "k1", 100)

    _store(connection, "k2", [models[2]], budget_bytes=2_500_000)

    assert _keys(phone) == {"k0", "k2"}


def test_a_budget_that_does_not_suffice_is_an_error_and_nothing_is_removed(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    _store(connection, "k0", [models[0]])
    _used(phone, "k0", 1000, host="another-1234")
    _store(connection, "k1", [models[1]])

    with pytest.raises(
        DeviceFullError, match=r"device_budget .*\(2\.00 MB needed, 1\.50 MB available\)"
    ):
        _store(connection, "k2", models[2:], budget_bytes=2_500_000)

    assert _keys(phone) == {"k0", "k1"}


def test_deployments_that_are_to_stay_do(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    for number in range(3):
        _store(connection, f"k{number}", [models[number]])
        _used(phone, f"k{number}", 300 - number)

    store(
        connection,
        root=ROOT,
        key="k3",
        payload=[models[3]],
        keep={"k0"},
        budget_bytes=3_500_000,
    )

    assert _keys(phone) == {"k0", "k2", "k3"}


def test_where_old_and_new_do_not_fit_side_by_side_the_old_one_goes(
    connection: Connection, models: list[PayloadFile]
) -> None:
    old = made(models[0].file.path.parent, "old", os.urandom(4 * MB))
    new = made(models[0].file.path.parent, "new", old.file.path.read_bytes()[: 3 * MB])
    _store(connection, "old", [old])

    _store(connection, "new", [new], budget_bytes=5 * MB)

    assert present(connection, ROOT, ["old", "new"]) == {"new"}


def test_cleaning_forgets_who_used_what_is_gone(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    _store(connection, "k0", [models[0]])
    (on_host(phone) / "deployments/k0.json").unlink()

    remove_unnamed(connection, ROOT)

    assert not list((on_host(phone) / "users").rglob("k0"))
    assert not list((on_host(phone) / "index").iterdir())


@pytest.mark.parametrize(("free_bytes", "left"), [(9 * MB, {"k0", "k1"}), (5 * MB, {"k1"})])
def test_without_a_budget_half_of_what_is_free_is_left_to_the_owner(
    phone: RunningPhone,
    connection: Connection,
    models: list[PayloadFile],
    free_bytes: int,
    left: set[str],
) -> None:
    for number in range(2):
        _store(connection, f"k{number}", [models[number]])
        _used(phone, f"k{number}", 300 - number)
    found = replace(survey(connection, ROOT), free_bytes=free_bytes)
    need = Need(space_bytes=2 * MB, hashes=(), keys=(), budget_bytes=None)

    make_room(connection, ROOT, found, need)

    assert _keys(phone) == left


def test_without_a_budget_more_than_half_is_taken_where_nothing_can_go(
    phone: RunningPhone, connection: Connection, models: list[PayloadFile]
) -> None:
    _store(connection, "k0", [models[0]])
    found = replace(survey(connection, ROOT), free_bytes=3 * MB)
    need = Need(space_bytes=3 * MB, hashes=(), keys={"k0"}, budget_bytes=None)

    make_room(connection, ROOT, found, need)

    assert _keys(phone) == {"k0"}

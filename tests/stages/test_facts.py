"""The facts of a simulated phone, of this machine, and of a device that does not answer."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.facts import PhoneFacts
from sideload.host import targets
from sideload.measure import conditions
from sideload.simulated import RunningPhone
from sideload.stages._facts import facts
from sideload.transports import Connection


def local() -> Connection:
    return transports.get("local").connect("local")


ANDROID = targets.read("android")
STATE = {
    "sideload.battery.level": "12",
    "sideload.battery.status": "2",
    "sideload.battery.temperature": "421",
    "sideload.saver": "1",
    "sideload.screen": "off",
    "sideload.thermal.skin": "44.5",
    "sideload.thermal.status": "2",
}


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    """A simulated phone that is hot and nearly empty."""
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        root = tmp_path_factory.mktemp("phone")
        with simulated.get("android").start(root, properties=STATE) as running:
            yield running


@pytest.fixture
def connection(phone: RunningPhone) -> Iterator[Connection]:
    made = transports.get("adb").connect(phone.address)
    yield made
    made.close()


def test_a_simulated_phone_tells_the_state_it_was_given(connection: Connection) -> None:
    found = facts(connection, ANDROID)

    assert (found.model, found.system) == ("Sideload Simulated Phone", "Android 15 (API 35)")
    assert (found.battery.percent, found.battery.celsius) == (12.0, 42.1)
    assert (found.battery.is_charging, found.battery.is_plugged) == (True, True)
    assert (found.thermal_status, found.saves_power, found.screen) == (2, True, "off")
    assert [(zone.name, zone.celsius) for zone in found.zones] == [("simulated-skin", 44.5)]
    assert {doubt.kind for doubt in conditions.doubts(found, found)} >= {"heat", "saver", "battery"}


def test_what_is_this_hosts_on_a_simulated_phone_is_this_hosts(connection: Connection) -> None:
    found, here = facts(connection, ANDROID), facts(local(), targets.read("local"))

    assert (found.kernel, found.cores, found.features) == (here.kernel, here.cores, here.features)
    assert found.boot_id == here.boot_id != ""
    assert found.ram_bytes == here.ram_bytes


def test_this_machine_tells_what_it_has_and_lacks_androids_services(tmp_path: Path) -> None:
    found = facts(local(), replace(targets.read("local"), device_root=str(tmp_path)))

    assert found.cores
    assert found.ram_bytes
    assert found.free_bytes
    assert found.kernel
    assert found.load.busy is not None
    assert found.uptime_s
    assert "battery" in found.unknown
    assert found.thermal_status is None


def test_a_device_that_is_gone_is_without_facts_and_that_ends_nothing(tmp_path: Path) -> None:
    with simulated.get("android").start(tmp_path / "root") as phone:
        made = transports.get("adb").connect(phone.address)

    with closing(made):
        assert facts(made, ANDROID) == PhoneFacts(unknown=("everything",))

"""What is listed of devices that are reached by their address."""

from collections.abc import Callable
from itertools import islice
from threading import Event

import pytest

from sideload import transports
from sideload.simulated import RunningPhone
from tests.transports.conftest import free_port

ADB = transports.get("adb")


def test_devices_are_listed_with_their_states(
    phone: RunningPhone, faulty: Callable[..., RunningPhone], monkeypatch: pytest.MonkeyPatch
) -> None:
    shut, closed = faulty("unauthorized").address, f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("SIDELOAD_DEVICES", f"{phone.address}, {shut},{closed},{phone.address},")

    found = {device.serial: device.state for device in ADB.devices()}

    assert found == {phone.address: "device", shut: "unauthorized", closed: "offline"}


def test_a_phone_that_is_started_is_a_change(
    faulty: Callable[..., RunningPhone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sideload.transports.adb._PERIOD_S", 0.1)
    monkeypatch.setenv("SIDELOAD_DEVICES", f"127.0.0.1:{free_port()}")
    stop = Event()
    changes = ADB.changes(stop)
    before = next(changes)
    address = faulty().address
    monkeypatch.setenv("SIDELOAD_DEVICES", address)
    after = next(islice(changes, 1))
    stop.set()

    assert [device.state for device in before] == ["offline"]
    assert [(device.serial, device.state) for device in after] == [(address, "device")]
    assert next(changes, None) is None


def test_nothing_is_watched_where_no_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIDELOAD_DEVICES", raising=False)

    assert list(ADB.changes(Event())) == [()]


@pytest.mark.parametrize(
    ("name", "is_address"),
    [
        ("192.168.1.20", True),
        ("192.168.1.20:5555", True),
        ("[fe80::1]:5555", True),
        ("phone.local", True),
        ("localhost:5555", True),
        ("39111FDJH00ABC", False),
        ("emulator-5554", False),
        ("adb-39111FDJH00ABC-x7Gh2k._adb-tls-connect._tcp", False),
        ("adb-39111FDJH00ABC-x7Gh2k._adb-tls-connect._tcp.", False),
        ("", False),
    ],
)
def test_an_address_is_told_from_a_name_of_the_adb_servers(name: str, is_address: bool) -> None:
    assert ADB.can_be(name) is is_address
    assert transports.get("adb_server").can_be(name) is bool(name)

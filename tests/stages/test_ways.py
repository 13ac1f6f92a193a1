"""Which way leads to a device, and which entries of lists are one device."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.errors import NoDeviceError, RefusedError
from sideload.simulated import RunningPhone
from sideload.simulated.android import control
from sideload.stages import _ways
from sideload.stages._ways import Address
from sideload.values import Device
from tests.transports.server.native import NativeServer, native_server

ANDROID = "android"


def device(serial: str, *, state: str = "device", number: str = "") -> Device:
    return Device(
        serial=serial,
        transport="any",
        simulated=False,
        model="any",
        system="any",
        abi="any",
        state=state,
        facts={"serial": number} if number else {},
    )


def serials(*found: Device) -> list[str]:
    return [each.serial for _, each in _ways.distinct(("any", one) for one in found)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NativeServer]:
    with native_server(tmp_path / "server") as made:
        made.start()
        yield made


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[RunningPhone]:
    with simulated.get(ANDROID).start(tmp_path / "root") as running:
        yield running


@pytest.mark.parametrize(
    ("name", "transport"),
    [
        ("192.168.1.20:5555", "adb"),
        ("192.168.1.20", "adb"),
        ("39111FDJH00ABC", "adb_server"),
        ("emulator-5554", "adb_server"),
        ("adb-39111FDJH00ABC-x7Gh2k._adb-tls-connect._tcp", "adb_server"),
    ],
)
def test_a_name_decides_the_way(name: str, transport: str) -> None:
    assert _ways.named(ANDROID, name) == Address(transport=transport, serial=name)


def test_a_name_that_no_way_knows_is_refused() -> None:
    assert _ways.named("linux", "local").transport == "local"
    with pytest.raises(NoDeviceError, match="no device can be called 'phone'"):
        _ways.named("linux", "phone")


def test_one_entry_is_kept_where_the_same_name_is_listed_twice() -> None:
    assert serials(device("1.2.3.4:5555"), device("1.2.3.4:5555")) == ["1.2.3.4:5555"]


def test_the_entry_that_can_be_used_is_kept() -> None:
    shut, ready = device("1.2.3.4:5555", state="offline"), device("1.2.3.4:5555")

    for found in ([shut, ready], [ready, shut]):
        ((_, kept),) = _ways.distinct(("any", one) for one in found)
        assert kept.state == "device"


def test_a_phone_on_a_cable_in_the_air_and_at_an_address_is_one() -> None:
    mdns = "adb-39111FDJH00ABC-x7Gh2k._adb-tls-connect._tcp"

    assert serials(
        device("39111FDJH00ABC", state="offline"),
        device("1.2.3.4:5555", number="39111FDJH00ABC"),
        device(mdns),
    ) == ["1.2.3.4:5555"]


@pytest.mark.parametrize("number", ["0123456789ABCDEF", "EMULATOR35X1X12X0", "unknown", ""])
def test_a_number_that_many_phones_have_makes_them_not_one(number: str) -> None:
    assert len(serials(device("S1", number=number), device("1.2.3.4:5555", number=number))) == 2


def test_two_phones_on_cables_or_at_addresses_are_two_whatever_their_numbers() -> None:
    assert len(serials(device("S1", number="N1"), device("S2", number="N1"))) == 2
    assert len(serials(device("1.2.3.4:5555", number="N"), device("1.2.3.5:5555", number="N"))) == 2
    assert len(serials(device("emulator-5554"), device("emulator-5556"))) == 2


def test_the_environment_names_a_device_as_it_does_for_adb(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANDROID_SERIAL", "39111FDJH00ABC")

    assert _ways.usual(ANDROID) == "39111FDJH00ABC"
    assert _ways.usual("linux") == ""
    monkeypatch.delenv("ANDROID_SERIAL")
    assert _ways.usual(ANDROID) == ""


def test_a_phone_that_the_server_has_too_is_attached_once_and_directly(
    server: NativeServer, phone: RunningPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.adb("connect", phone.address)
    monkeypatch.setenv("SIDELOAD_DEVICES", phone.address)
    listed = [device.serial for device in transports.get("adb_server").devices()]

    ((name, attached),) = _ways.attached(ANDROID)

    assert listed == [phone.address]
    assert (name, attached.serial) == ("adb", phone.address)


@pytest.mark.parametrize("fault", ["stls", "denied"])
def test_a_phone_that_lets_only_the_server_in_is_reached_through_it(
    fault: str, server: NativeServer, phone: RunningPhone
) -> None:
    address = _ways.named(ANDROID, phone.address)
    assert "connected to" in server.adb("connect", phone.address)
    with closing(_ways.opened(ANDROID, address)) as one:
        before = one.device.transport
    control.write(phone.root, [fault])
    with closing(_ways.opened(ANDROID, address)) as one:
        after = one.device.transport

    assert (before, after) == ("adb", "adb_server")


def test_the_first_refusal_is_told_where_no_other_way_has_the_phone(
    server: NativeServer, tmp_path: Path
) -> None:
    assert server.listens()
    with (
        simulated.get(ANDROID).start(tmp_path / "root2", faults=["stls"]) as shut,
        pytest.raises(RefusedError, match="wants a paired, encrypted connection"),
    ):
        _ways.opened(ANDROID, Address(transport="adb", serial=shut.address))

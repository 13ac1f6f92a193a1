from collections.abc import Callable

import pytest

from sideload import transports
from sideload.errors import (
    NoDeviceError,
)
from sideload.simulated import RunningPhone
from tests.transports.conftest import free_port, scripted

ADB = transports.get("adb")


def test_devices_are_listed_with_their_states(
    phone: RunningPhone, faulty: Callable[..., RunningPhone], monkeypatch: pytest.MonkeyPatch
) -> None:
    shut, closed = faulty("unauthorized").address, f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("SIDELOAD_DEVICES", f"{phone.address}, {shut},{closed},{phone.address},")
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(free_port()))

    found = {device.serial: device.state for device in ADB.devices()}

    assert found == {phone.address: "device", shut: "unauthorized", closed: "offline"}


def test_an_adb_server_is_asked_for_its_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        b"39111FDJH00ABC         device usb:1-1 product:husky model:Pixel_8_Pro transport_id:2\n"
        b"192.168.1.20:5555      unauthorized transport_id:3\n\n"
    )
    with scripted(b"OKAY%04x%s" % (len(lines), lines)) as address:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", address.rpartition(":")[2])

        cabled, other = ADB.devices()

    assert (cabled.serial, cabled.model, cabled.state) == (
        "39111FDJH00ABC",
        "Pixel 8 Pro",
        "device",
    )
    assert (other.serial, other.state) == ("192.168.1.20:5555", "unauthorized")


@pytest.mark.parametrize("answer", [b"FAIL0003no!", b"OKAYxxxx", b"garbage!", b"OKAY0000"])
def test_what_is_no_adb_server_is_no_reason_to_fail(
    answer: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with scripted(answer) as address:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", address.rpartition(":")[2])

        assert ADB.devices() == ()

    assert ("no adb server" in capsys.readouterr().err) is (answer != b"OKAY0000")


def test_a_phone_on_a_cable_comes_with_the_way_to_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = b"39111FDJH00ABC device model:Pixel_8\n"
    with scripted(b"OKAY%04x%s" % (len(line), line)) as address:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", address.rpartition(":")[2])

        with pytest.raises(NoDeviceError, match="adb -s 39111FDJH00ABC tcpip 5555"):
            ADB.connect("39111FDJH00ABC")

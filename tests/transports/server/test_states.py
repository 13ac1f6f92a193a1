"""Every state that adb knows comes with what to do, in the list and when it is in the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, strategies

from sideload import transports
from sideload.errors import (
    DeviceError,
    DeviceGoneError,
    NoDeviceError,
    ProtocolError,
    RefusedError,
    UnauthorizedError,
    UsageError,
)
from sideload.protocols.adb import server, states
from sideload.transports._adb_server import place, program, trouble
from tests.transports.server.fake import FakeServer, fake_server, okay
from tests.transports.server.native import free_port, native_server

SERVER = transports.get("adb_server")
UDEV = (
    "no permissions (missing udev rules? user is in the plugdev group); "
    "see [http://developer.android.com/tools/device.html]"
)


@contextmanager
def listing(
    monkeypatch: pytest.MonkeyPatch, *lines: str, later: str = "", version: str = "0029"
) -> Iterator[FakeServer]:
    """A server with these devices; `later` is what it says of them next."""
    text = "".join(f"{line}\n" for line in lines).encode()
    track = okay(text) + (okay(later.encode())[4:] if later else b"")
    answers = {server.DEVICES: okay(text), server.TRACK: track}
    with fake_server(answers, version) as made:
        monkeypatch.setenv("SIDELOAD_ADB_SERVER", "on")
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(made.port))
        yield made


def test_a_list_is_read_with_states_reasons_and_names_that_hold_spaces() -> None:
    text = (
        "39111FDJH00ABC         device usb:1-1 product:husky model:Pixel_8_Pro transport_id:2\n"
        f"????????????           {UDEV} usb:3-1 transport_id:3\n"
        "adb-39-x (2)._adb-tls-connect._tcp offline transport_id:4\n"
        "(no serial number)     unauthorized usb:1-2\n"
        "emulator-5554          host\n"
        "R58M        quarantined transport_id:9\n"
        "\n   \nlonely\n"
    )

    found = server.listed(text.encode())

    assert [(device.serial, device.state) for device in found] == [
        ("39111FDJH00ABC", "device"),
        ("????????????", "no permissions"),
        ("adb-39-x (2)._adb-tls-connect._tcp", "offline"),
        ("(no serial number)", "unauthorized"),
        ("emulator-5554", "host"),
        ("R58M", "quarantined"),
    ]
    assert found[0].facts == {
        "usb": "1-1",
        "product": "husky",
        "model": "Pixel_8_Pro",
        "transport_id": "2",
    }
    assert found[1].reason == "missing udev rules? user is in the plugdev group"
    assert found[1].facts["usb"] == "3-1"


@given(strategies.binary(max_size=300))
def test_no_list_is_too_odd_to_be_read(text: bytes) -> None:
    for device in server.listed(text):
        assert device.serial
        assert device.state
        assert device.serial.isprintable()


@given(strategies.text(strategies.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_question_is_read_as_it_was_asked(text: str) -> None:
    if "\0" in text:
        with pytest.raises(ProtocolError):
            server.question(text)
        return
    asked = server.question(text)

    assert server.length(asked[:4]) == len(asked) - 4
    assert asked[4:].decode() == text


@pytest.mark.parametrize("data", [b"", b"12", b"00g0", b"0x10", b" 12 ", b"-001", b"1_00"])
def test_a_length_is_four_hexadecimal_digits(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        server.length(data)


@pytest.mark.parametrize("state", sorted(states.STATES))
def test_every_state_says_what_to_do(state: str) -> None:
    assert len(states.advice(state, "S1")) > 10
    assert "{" not in states.advice(state, "S1")


@pytest.mark.parametrize(
    ("state", "kind", "remedy"),
    [
        ("unauthorized", UnauthorizedError, "unlock it"),
        ("offline", DeviceGoneError, "take the cable out"),
        (UDEV, RefusedError, "add a udev rule"),
        ("recovery", RefusedError, "adb -s S1 reboot"),
        ("sideload", RefusedError, "adb -s S1 reboot"),
        ("rescue", RefusedError, "adb -s S1 reboot"),
        ("bootloader", RefusedError, "fastboot reboot"),
        ("host", RefusedError, "switch USB debugging on"),
        ("detached", RefusedError, "adb -s S1 attach"),
        ("quarantined", RefusedError, "connect it again"),
    ],
)
def test_a_device_in_another_state_is_refused_with_what_to_do(
    state: str, kind: type[DeviceError], remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listing(monkeypatch, f"S1      {state} transport_id:1") as fake:
        (device,) = SERVER.devices()
        with pytest.raises(kind) as refused:
            SERVER.connect("S1")

    assert type(refused.value) is kind
    assert refused.value.remedy.startswith(remedy)
    assert device.state == SERVER_STATES.get(state, state)
    assert states.advice(device.state, "S1").startswith(remedy)
    assert not [question for question in fake.asked if "transport" in question]


SERVER_STATES = {UDEV: "no permissions"}


@pytest.mark.parametrize("state", ["authorizing", "connecting"])
def test_a_state_that_passes_is_waited_for(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        listing(monkeypatch, f"S1 {state} transport_id:1", later="S1 unauthorized\n"),
        pytest.raises(UnauthorizedError),
    ):
        SERVER.connect("S1")


def test_a_state_that_should_pass_and_does_not_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sideload.transports._adb_server.listing._SETTLED_WITHIN_S", 0.2)
    with (
        listing(monkeypatch, "S1 connecting"),
        pytest.raises(RefusedError, match="S1 is connecting"),
    ):
        SERVER.connect("S1")


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("device 'S1' not found", NoDeviceError),
        ("no devices/emulators found", NoDeviceError),
        ("more than one device/emulator", UsageError),
        ("device unauthorized.\nTry 'adb kill-server' if that seems wrong.", UnauthorizedError),
        ("device offline", DeviceGoneError),
        ("device still authorizing", RefusedError),
        ("insufficient permissions for device: see [http://x]", RefusedError),
        ("closed", RefusedError),
        ("\x1b[2J", RefusedError),
    ],
)
def test_a_servers_reason_is_told_as_ours(reason: str, kind: type[DeviceError]) -> None:
    error = trouble.of_reason("S1", reason)

    assert type(error) is kind
    assert "kill-server" not in str(error)
    assert "\x1b" not in str(error)


def test_a_server_of_another_version_is_spoken_to_and_left_alone(tmp_path: Path) -> None:
    with (
        native_server(tmp_path) as native,
        pytest.MonkeyPatch.context() as variables,
        listing(variables, "S1 offline", version="0013") as fake,
    ):
        assert native.program.exists()
        found = [device.serial for device in SERVER.devices()]
        with pytest.raises(DeviceGoneError):
            SERVER.connect("S1")

        assert program.listens(_place())
    assert found == ["S1"]
    assert "host:kill" not in fake.asked


def test_changes_are_told_as_the_server_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Event()
    with listing(monkeypatch, "S1 offline", later="S1 unauthorized\nS2 recovery\n"):
        changes = SERVER.changes(stop)
        first, again, second = islice(changes, 3)
        stop.set()
        rest = list(changes)

    assert [device.state for device in first] == ["offline"]
    assert again == first
    assert [(each.serial, each.state) for each in second] == [
        ("S1", "unauthorized"),
        ("S2", "recovery"),
    ]
    assert rest == []


@pytest.mark.parametrize("answer", [b"FAIL0003no!", b"OKAYxxxx", b"garbage!", b"OKAY0000"])
def test_what_is_no_adb_server_is_no_reason_to_fail(
    answer: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with fake_server({server.DEVICES: answer}) as made:
        monkeypatch.setenv("SIDELOAD_ADB_SERVER", "on")
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(made.port))

        assert SERVER.devices() == ()

    assert ("adb server" in capsys.readouterr().err) is (answer != b"OKAY0000")


def test_a_server_is_started_where_an_sdk_has_one_and_not_twice(tmp_path: Path) -> None:
    with native_server(tmp_path) as native:
        before = native.listens()
        found = SERVER.devices()
        after = native.listens()

        assert not program.ensure(_place())
    assert (before, found, after) == (False, (), True)
    assert not native.listens()


def test_without_a_native_adb_no_server_is_started_and_that_is_told(tmp_path: Path) -> None:
    with native_server(tmp_path) as native, pytest.MonkeyPatch.context() as variables:
        variables.delenv("ANDROID_HOME")
        variables.setenv("PATH", str(tmp_path))

        assert SERVER.devices() == ()
        with pytest.raises(NoDeviceError, match="no adb server listens") as refused:
            SERVER.connect("39111FDJH00ABC")
        assert not native.listens()
    assert "platform-tools" in refused.value.remedy


def test_where_the_user_wants_no_server_none_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with listing(monkeypatch, "S1 device") as fake:
        monkeypatch.setenv("SIDELOAD_ADB_SERVER", "off")

        assert SERVER.devices() == ()
        assert SERVER.describe("S1").state == "offline"
        assert list(SERVER.changes(Event())) == [()]
        with pytest.raises(NoDeviceError, match="SIDELOAD_ADB_SERVER is off"):
            SERVER.connect("S1")
    assert fake.asked == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "127.0.0.1:5037"),
        ({"ANDROID_ADB_SERVER_PORT": "6000"}, "127.0.0.1:6000"),
        ({"ANDROID_ADB_SERVER_ADDRESS": "lab", "ANDROID_ADB_SERVER_PORT": "1"}, "lab:1"),
        ({"ADB_SERVER_SOCKET": "tcp:lab:7000", "ANDROID_ADB_SERVER_PORT": "1"}, "lab:7000"),
        ({"ADB_SERVER_SOCKET": "tcp:7000"}, "127.0.0.1:7000"),
        ({"ADB_SERVER_SOCKET": "tcp:[::1]:7000"}, "::1:7000"),
        ({"ADB_SERVER_SOCKET": "localfilesystem:/tmp/adb"}, "/tmp/adb"),  # noqa: S108 - a name
        ({"ADB_SERVER_SOCKET": "localabstract:adb"}, "\0adb"),
    ],
)
def test_a_server_is_looked_for_where_the_native_client_looks(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, variables)

    assert str(_place()) == expected


@pytest.mark.parametrize(
    "variables",
    [
        {"ANDROID_ADB_SERVER_PORT": "many"},
        {"ANDROID_ADB_SERVER_PORT": "0"},
        {"ANDROID_ADB_SERVER_PORT": "65536"},
        {"ANDROID_ADB_SERVER_PORT": "٣"},
        {"ADB_SERVER_SOCKET": "udp:1"},
        {"ADB_SERVER_SOCKET": "tcp:lab"},
        {"ADB_SERVER_SOCKET": "localfilesystem:"},
        {"SIDELOAD_ADB_SERVER": "perhaps"},
    ],
)
def test_a_variable_that_means_nothing_is_wrong_use(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, variables)

    with pytest.raises(UsageError) as wrong:
        place.place()
    assert wrong.value.remedy.startswith(("unset ", "export "))


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.168.1.2", False), ("x", False)],
)
def test_no_server_is_started_for_another_machine(host: str, is_here: bool) -> None:
    there = place.Place(host=host, port=free_port())

    assert there.is_here is is_here


def test_a_local_socket_is_asked_like_any_other(tmp_path: Path) -> None:
    assert not program.listens(place.Place(host=str(tmp_path / "none"), port=0))


def _only(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name in (place.SWITCH, place.SOCKET, place.HOST, place.PORT):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def _place() -> place.Place:
    found = place.place()
    assert found is not None
    return found

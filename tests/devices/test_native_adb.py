"""Google's own adb finds nothing wrong with the simulated phone."""

import hashlib
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from sideload.simulated import RunningPhone, Simulator
from tests.devices.conftest import NativeAdb, OnPhone, connected

TMP: Final = "/data/local/tmp"
DEADLINE_S: Final = 15.0
NAMES: Final = ("plain", "with space", "it's", 'a"b', "ü電話", "$(touch x)", "semi;colon", "a,b")


def test_the_phone_is_listed_with_what_it_is(adb: NativeAdb, phone: RunningPhone) -> None:
    (line,) = (
        line
        for line in adb("devices", "-l").stdout.decode().splitlines()
        if line.startswith(phone.address)
    )

    assert line.split()[1:5] == [
        "device",
        "product:sideload_simulated",
        "model:Sideload_Simulated_Phone",
        "device:simulated",
    ]


def test_connecting_again_is_no_trouble(adb: NativeAdb, phone: RunningPhone) -> None:
    assert adb("connect", phone.address).stdout.startswith(b"already connected")
    assert adb.on(phone)("get-state").stdout == b"device\n"
    assert adb.on(phone)("wait-for-device").returncode == 0


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_the_exit_code_of_a_command_is_adbs(code: int, native: OnPhone) -> None:
    answer = native.shell(f"echo out; echo err >&2; exit {code}")

    assert (answer.returncode, answer.stdout, answer.stderr) == (code, b"out\n", b"err\n")


def test_input_is_read_by_the_command(native: OnPhone) -> None:
    block = os.urandom(300_000)

    assert native.shell("cat", stdin=block).stdout == block
    assert native.shell("wc -c", stdin=b"").stdout.strip() == b"0"
    assert native.shell("echo done; exit 3", stdin=block).returncode == 3


def test_a_shell_takes_commands_from_its_input(native: OnPhone) -> None:
    answer = native("shell", stdin=b"cd /data/local/tmp\npwd\nexit 5\n")

    assert (answer.returncode, answer.stdout) == (5, b"/data/local/tmp\n")


def test_a_person_may_type_at_the_phone(native: OnPhone) -> None:
    answer = native("shell", "-tt", stdin=b"cd /sdcard\rpwd\rexit 6\r")

    assert answer.returncode == 6
    # The keys are there before the first prompt, so how echo and answers mix is chance.
    assert b"simulated:/sdcard $ " in answer.stdout
    assert b"/sdcard\r\n" in answer.stdout


def test_without_the_newer_shell_there_is_output_all_the_same(native: OnPhone) -> None:
    assert native("shell", "-x", "echo out; echo err >&2").stdout == b"out\nerr\n"


def test_raw_output_is_the_bytes_and_raw_input_too(native: OnPhone) -> None:
    block = os.urandom(1_000_000)

    assert native("exec-in", f"cat > {TMP}/raw", stdin=block).returncode == 0
    # adb does not wait until the command has read it all, with no phone.
    _until(lambda: native("exec-out", f"cat {TMP}/raw").stdout == block)


@pytest.mark.parametrize(
    ("size", "options"),
    [(0, ()), (1, ()), (65_536, ("-Z",)), (65_537, ("-z", "any")), (64 << 20, ())],
)
def test_a_file_goes_there_and_back(
    size: int, options: tuple[str, ...], native: OnPhone, tmp_path: Path
) -> None:
    content = os.urandom(size)
    (tmp_path / "sent").write_bytes(content)

    pushed = native("push", *options, tmp_path / "sent", f"{TMP}/file")
    hashed = native.shell(f"sha256sum {TMP}/file").stdout.split()[0].decode()
    pulled = native("pull", *options, f"{TMP}/file", tmp_path / "back")

    assert (pushed.returncode, pulled.returncode) == (0, 0)
    assert hashed == hashlib.sha256(content).hexdigest()
    assert (tmp_path / "back").read_bytes() == content


def test_a_folder_of_many_small_files_goes_there_and_back(native: OnPhone, tmp_path: Path) -> None:
    for number in range(200):
        file = tmp_path / "sent" / f"{number % 7}" / f"{number}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(number * 10))

    assert b"200 files pushed" in native("push", tmp_path / "sent", f"{TMP}/many").stderr
    assert b"200 files pulled" in native("pull", f"{TMP}/many", tmp_path / "back").stderr
    assert _content(tmp_path / "back") == _content(tmp_path / "sent")


def test_what_is_there_already_is_skipped(native: OnPhone, tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}").write_bytes(os.urandom(100))
    native("push", "--sync", tmp_path, f"{TMP}/synced")
    (tmp_path / "3").write_bytes(os.urandom(101))

    again = native("push", "--sync", f"{tmp_path}/.", f"{TMP}/synced")

    assert b"1 file pushed, 9 skipped" in again.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_have_any_name(name: str, native: OnPhone, tmp_path: Path) -> None:
    (tmp_path / name).write_text(name)

    assert native("push", tmp_path / name, f"{TMP}/names/{name}").returncode == 0
    assert native("pull", f"{TMP}/names/{name}", tmp_path / "back").returncode == 0
    assert (tmp_path / "back").read_text() == name


def test_mode_and_time_go_with_a_file(native: OnPhone, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\necho ran\n")
    script.chmod(0o755)
    os.utime(script, (1_600_000_000, 1_600_000_000))
    native("push", script, f"{TMP}/script")
    native("pull", "-a", f"{TMP}/script", tmp_path / "back")

    assert native.shell(f"{TMP}/script").stdout == b"ran\n"
    assert (tmp_path / "back").stat().st_mtime == 1_600_000_000


def test_what_cannot_be_pushed_or_pulled_is_told(native: OnPhone, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    native("push", tmp_path / "file", f"{TMP}/blocker")

    pushed = native("push", tmp_path / "file", f"{TMP}/blocker/below")
    pulled = native("pull", f"{TMP}/nothing", tmp_path / "back")

    assert (pushed.returncode, pulled.returncode) == (1, 1)
    assert pushed.stderr.endswith(b"Not a directory\n")
    assert pulled.stderr.endswith(b"No such file or directory\n")


def test_a_full_disk_is_told(adb: NativeAdb, simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(8 << 20))
    with connected(adb, simulator, tmp_path / "phone", ["full-after=1000000"]) as phone:
        answer = adb.on(phone)("push", tmp_path / "file", f"{TMP}/file")

    assert answer.returncode == 1
    assert b"No space left on device" in answer.stderr


def test_the_log_is_dumped_and_cleared(native: OnPhone) -> None:
    native.shell("log -t mine hello")

    assert b"mine    : hello\n" in native("logcat", "-d").stdout
    assert native("logcat", "-c").returncode == 0
    assert b"hello" not in native("logcat", "-d").stdout


def test_the_log_is_followed_until_adb_ends(native: OnPhone) -> None:
    argv = [native.adb.program, "-s", native.serial, "logcat", "-s", "live"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, env=native.adb.environment) as following:
        assert following.stdout is not None
        native.shell("log -t live here")
        line = following.stdout.readline()
        following.kill()

    assert line.endswith(b"live    : here\n")
    _until(lambda: b"-f /data/misc/logd/main" not in native.shell("ps -A -o args").stdout)


def test_properties_are_read(native: OnPhone, phone: RunningPhone) -> None:
    assert native.shell("getprop ro.serialno").stdout.decode().strip() == phone.serial
    assert native("get-serialno").stdout.decode().strip() == phone.address


def test_what_is_no_app_is_refused_as_a_phone_refuses_it(native: OnPhone, tmp_path: Path) -> None:
    (tmp_path / "app.apk").write_bytes(bytes(100_000))
    for options in ((), ("--no-streaming",)):
        answer = native("install", *options, tmp_path / "app.apk")
        assert answer.returncode == 1
        assert b"INSTALL_FAILED_INVALID_APK" in answer.stdout + answer.stderr


def test_what_the_phone_does_not_have_is_refused_at_once(native: OnPhone) -> None:
    assert native("root").returncode == 1
    assert native("reverse", "tcp:9", "tcp:9").returncode == 1


def test_a_phone_that_trusts_nobody_is_unauthorized(
    adb: NativeAdb, simulator: Simulator, tmp_path: Path
) -> None:
    with simulator.start(tmp_path, faults=["unauthorized"]) as phone:
        answer = adb("connect", phone.address)
        listed = adb("devices").stdout.decode()
        refused = adb.on(phone).shell("id")
        adb("disconnect", phone.address)

    assert b"failed to authenticate" in answer.stdout
    assert f"{phone.address}\tunauthorized\n" in listed
    assert refused.returncode == 1
    assert b"device unauthorized" in refused.stderr


def test_a_stranger_is_let_in_after_the_question(
    adb: NativeAdb, simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "somebody else"))
    with simulator.start(tmp_path / "phone") as phone:
        adb("connect", phone.address)
        _until(lambda: adb.on(phone)("get-state").stdout == b"device\n")

        assert adb.on(phone).shell("echo in").stdout == b"in\n"
        adb("disconnect", phone.address)


def test_an_old_phone_is_served_with_checksums(
    adb: NativeAdb, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(os.urandom(1 << 20))
    with connected(adb, simulator, tmp_path / "phone", ["old-protocol"]) as phone:
        native = adb.on(phone)
        assert native("push", tmp_path / "file", f"{TMP}/file").returncode == 0
        assert native("pull", f"{TMP}/file", tmp_path / "back").returncode == 0
        assert native.shell("echo out; echo err >&2; exit 7").stdout == b"out\nerr\n"

    assert (tmp_path / "back").read_bytes() == (tmp_path / "file").read_bytes()


def test_a_connection_that_is_dropped_is_an_error(
    adb: NativeAdb, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(bytes(8 << 20))
    with connected(adb, simulator, tmp_path / "phone", ["drop-after=1000000"]) as phone:
        assert adb.on(phone)("push", tmp_path / "file", f"{TMP}/file").returncode == 1


def test_a_rebooted_phone_comes_back(adb: NativeAdb, simulator: Simulator, tmp_path: Path) -> None:
    with connected(adb, simulator, tmp_path) as phone:
        native = adb.on(phone)
        native.shell(f"echo kept > {TMP}/file")

        assert native("reboot").returncode == 0
        _until(lambda: b"connected to" in adb("connect", phone.address).stdout)
        _until(lambda: native.shell(f"cat {TMP}/file").stdout == b"kept\n")
        assert b": reboot\n" in native("logcat", "-d").stdout


def test_a_phone_that_is_disconnected_is_gone(
    adb: NativeAdb, simulator: Simulator, tmp_path: Path
) -> None:
    with simulator.start(tmp_path) as phone:
        adb("connect", phone.address)

        assert adb("disconnect", phone.address).stdout.startswith(b"disconnected")
        assert phone.address.encode() not in adb("devices").stdout


def test_two_phones_are_told_apart(adb: NativeAdb, simulator: Simulator, tmp_path: Path) -> None:
    with (
        connected(adb, simulator, tmp_path / "one") as one,
        connected(adb, simulator, tmp_path / "two") as two,
    ):
        for phone in (one, two):
            shown = adb.on(phone).shell("getprop ro.serialno").stdout.decode().strip()
            assert shown == phone.serial


def _content(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)

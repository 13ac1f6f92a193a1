"""What `devices` shows, once and with `--watch`, with real phones and a real adb server."""

import json
import os
import pty
import queue
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from sideload import simulated
from sideload.protocols.adb import server as server_words
from tests.road.project import RUN, Project
from tests.transports.server.fake import fake_server, okay
from tests.transports.server.native import NativeServer, native_server

WITHIN_S: Final = 30.0
ANDROID = simulated.get("android")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project, away from whatever else this user runs."""
    home = tmp_path / "project"
    home.mkdir()
    return Project(home=home)


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv("SIDELOAD_DEVICES", raising=False)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NativeServer]:
    with native_server(tmp_path / "server") as made:
        made.start()
        yield made


class Watch:
    """The command with `--watch`, and what it has written so far, line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def line(self, *words: str) -> str:
        """The next line that holds all these words."""
        while True:
            line = self._lines.get(timeout=WITHIN_S)
            assert line, "it ended"
            if all(word in line for word in words):
                return line

    def document(self, expected: Mapping[str, str]) -> dict[str, Any]:
        """The next document with these devices in these states; others come before it."""
        while True:
            found: dict[str, Any] = json.loads(self.line())
            if states(found) == expected:
                return found

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; the exit code, and what stood on stderr."""
        self.process.send_signal(number)
        code = self.process.wait(WITHIN_S)
        self._thread.join(WITHIN_S)
        assert self.process.stderr is not None
        return code, self.process.stderr.read()

    def rest(self) -> list[str]:
        """What was not asked for."""
        return list(iter(self._lines.get, ""))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")


@contextmanager
def watching(project: Project, *words: str) -> Iterator[Watch]:
    """It is killed where the test does not end it."""
    with project.start("devices", "--watch", *words) as process:
        try:
            yield Watch(process)
        finally:
            process.kill()


def states(document: dict[str, Any]) -> dict[str, str]:
    return {each["serial"]: each["state"] for each in document["devices"]}


def test_a_simulated_phone_that_is_unauthorised_is_listed_with_what_to_do(
    project: Project, tmp_path: Path
) -> None:
    with (
        ANDROID.start(tmp_path / "shut", faults=["unauthorized"]) as shut,
        ANDROID.start(tmp_path / "ready") as ready,
    ):
        ended = project.sideload("devices", "--json")
        shown = project.sideload("devices")

    assert ended.exit_code == 0, ended.stderr
    assert states(ended.document) == {shut.address: "unauthorized", ready.address: "device"}
    advice = {each["serial"]: each["advice"] for each in ended.document["devices"]}
    assert advice[ready.address] == f"--device {ready.address}"
    assert advice[shut.address].startswith("unlock it")
    assert "unauthorized" in shown.stdout


def test_a_phone_that_a_server_has_too_is_listed_once(
    project: Project, server: NativeServer, tmp_path: Path
) -> None:
    with ANDROID.start(tmp_path / "root") as phone:
        server.adb("connect", phone.address)
        ended = project.sideload("devices", "--json")

    (device,) = ended.document["devices"]
    assert (device["serial"], device["transport"]) == (phone.address, "adb")


def test_a_phone_that_only_a_server_has_is_listed_and_used_through_it(
    project: Project, server: NativeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ANDROID.start(tmp_path / "root") as phone:
        server.adb("connect", phone.address)
        # Nobody but the server knows of it.
        monkeypatch.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path / "other"))
        ended = project.sideload("devices", "--json")

    (device,) = ended.document["devices"]
    assert (device["serial"], device["transport"], device["state"]) == (
        phone.address,
        "adb_server",
        "device",
    )
    assert device["system"] == "Android 15 (API 35)"


def test_a_device_that_may_not_be_used_says_why_and_what_to_do(project: Project) -> None:
    line = b"39111FDJH00ABC no permissions (missing udev rules?); see [x] usb:3-1 transport_id:3\n"
    with fake_server({server_words.DEVICES: okay(line)}) as fake:
        switch = {"SIDELOAD_ADB_SERVER": "on", "ANDROID_ADB_SERVER_PORT": str(fake.port)}
        ended = project.sideload("devices", "--json", env=switch)

    (device,) = ended.document["devices"]
    assert device["state"] == "no permissions"
    assert device["advice"].startswith("add a udev rule")
    assert device["advice"].endswith("(missing udev rules?)")
    assert "host:kill" not in fake.asked


def test_without_any_device_there_is_a_way_to_one(project: Project) -> None:
    ended = project.sideload("devices")

    assert ended.exit_code == 0
    assert ended.stdout.startswith("no device is attached\n  try: --device simulated")


def test_watching_prints_a_document_for_each_change_until_ctrl_c(
    project: Project, server: NativeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watching(project, "--json") as watch, ANDROID.start(tmp_path / "one") as one:
        watch.document({one.address: "device"})
        # The second phone is one of the server's alone.
        monkeypatch.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path / "other"))
        with ANDROID.start(tmp_path / "two", faults=["pending=1"]) as two:
            server.adb("connect", two.address)
            watch.document({one.address: "device", two.address: "unauthorized"})
            both = watch.document({one.address: "device", two.address: "device"})
            server.adb("disconnect", two.address)
            watch.document({one.address: "device"})
        code, complaint = watch.end(signal.SIGINT)

    assert [each["transport"] for each in both["devices"]] == ["adb", "adb_server"]
    assert (code, complaint) == (130, "")
    assert all(json.loads(line)["command"] == "devices" for line in watch.rest())


def test_watching_writes_a_line_for_each_device_that_comes_changes_or_goes(
    project: Project, tmp_path: Path
) -> None:
    with watching(project) as watch:
        with ANDROID.start(tmp_path / "root") as phone:
            came = watch.line(phone.address, "  device  ")
        gone = watch.line(phone.address, "  gone  ")
        code, complaint = watch.end(signal.SIGTERM)

    assert f"--device {phone.address}" in came
    assert "Sideload Simulated Phone" in gone
    assert (code, complaint) == (130, "")


def test_watching_goes_on_when_the_server_ends_and_comes_back(
    project: Project, server: NativeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path / "other"))
    with ANDROID.start(tmp_path / "root") as phone:
        server.adb("connect", phone.address)
        monkeypatch.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path / "runtime"))
        with watching(project, "--json") as watch:
            watch.document({phone.address: "device"})
            server.kill()
            watch.document({})
            server.start()
            server.adb("connect", phone.address)
            back = watch.document({phone.address: "device"})
            code, complaint = watch.end(signal.SIGINT)

    assert back["devices"][0]["transport"] == "adb_server"
    assert (code, complaint) == (130, "")


def test_watching_ends_when_nobody_reads_any_more(project: Project, tmp_path: Path) -> None:
    read, write = os.pipe()
    with subprocess.Popen(
        [*RUN, "devices", "--watch", "--json"],
        cwd=project.home,
        env=project.environment(),
        stdin=subprocess.DEVNULL,
        stdout=write,
    ) as process:
        os.close(write)
        os.read(read, 1 << 16)
        os.close(read)
        with ANDROID.start(tmp_path / "root"):
            code = process.wait(WITHIN_S)

    assert code == 0


def test_a_target_that_is_not_there_is_wrong_use_of_watching_too(project: Project) -> None:
    ended = project.sideload("devices", "--watch", "--json", "--target", "none")

    assert ended.exit_code == 2
    assert ended.error["type"] == "UnknownTargetError"


def test_on_a_terminal_the_table_is_replaced_in_place(project: Project, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*RUN, "devices", "--watch"],
        cwd=project.home,
        env={**project.environment(), "TERM": "xterm", "COLUMNS": "160", "LINES": "24"},
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=subprocess.PIPE,
    )
    os.close(slave)
    try:
        with ANDROID.start(tmp_path / "root") as phone:
            shown = _read(master, until=phone.address)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=WITHIN_S)
    finally:
        process.kill()
        os.close(master)

    assert process.returncode == 130
    assert complaint == b""
    # The cursor goes up, over what stood there before.
    assert b"Sideload Simulated Phone" in shown
    assert b"\x1b[" in shown


def _read(master: int, *, until: str) -> bytes:
    shown = b""
    deadline_s = time.monotonic() + WITHIN_S
    while until.encode() not in shown or b"Simulated" not in shown:
        assert time.monotonic() < deadline_s, shown
        if select.select([master], [], [], 0.5)[0]:
            shown += os.read(master, 1 << 16)
    return shown

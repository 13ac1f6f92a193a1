"""What can be said of a server without starting one: it runs, it is off, it is no adb server."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from sideload.transports import adb_server
from tests.transports.server.native import NativeServer


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that listens, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def test_a_server_that_runs_tells_its_version(
    server: NativeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)

    assert adb_server.standing() == (f"version 41 at 127.0.0.1:{server.port}", "")


def test_a_server_that_is_switched_off_can_be_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDELOAD_ADB_SERVER", "off")

    assert adb_server.standing() == (
        *("switched off by SIDELOAD_ADB_SERVER", "unset SIDELOAD_ADB_SERVER"),
    )


@pytest.mark.parametrize("has_adb", [True, False])
def test_no_server_is_no_trouble_where_one_can_be_started(
    has_adb: bool, listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = listener.getsockname()[1]
    listener.close()
    monkeypatch.setenv("SIDELOAD_ADB_SERVER", "on")
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
    monkeypatch.setenv("ANDROID_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    if has_adb:
        (tmp_path / "adb").write_text("#!/bin/sh\n")
        (tmp_path / "adb").chmod(0o755)

    found, remedy = adb_server.standing()

    assert found.startswith(f"none at 127.0.0.1:{port}")
    assert bool(remedy) is not has_adb
    assert ("started when it is needed" in found) is has_adb


def test_what_is_no_adb_server_is_told_with_what_to_type(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDELOAD_ADB_SERVER", "on")
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(listener.getsockname()[1]))

    def answer() -> None:
        with listener.accept()[0] as client:
            client.recv(100)
            client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    answering = Thread(target=answer)
    answering.start()
    _, remedy = adb_server.standing()
    answering.join()

    assert remedy


def test_a_variable_that_is_no_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDELOAD_ADB_SERVER", "on")
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "x")

    assert adb_server.standing() == (
        "ANDROID_ADB_SERVER_PORT has no port: 'x'",
        "unset ANDROID_ADB_SERVER_PORT",
    )

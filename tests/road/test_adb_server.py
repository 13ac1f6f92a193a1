"""The whole road through an adb server, to a phone that lets nobody in but the server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from sideload import simulated
from sideload.simulated import RunningPhone
from sideload.simulated.android import control
from tests.road.project import Project
from tests.transports.server.native import NativeServer, native_server

MODEL: Final = ("--model", "own.py:blend", "--runtime", "onnxruntime", "--precision", "float32")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NativeServer]:
    with native_server(tmp_path / "server") as made:
        made.start()
        yield made


@pytest.fixture
def phone(server: NativeServer, tmp_path: Path) -> Iterator[RunningPhone]:
    """It wants a pairing of everybody from now on, as the port of wireless debugging does."""
    with simulated.get("android").start(tmp_path / "root") as running:
        server.adb("connect", running.address)
        server.adb("-s", running.address, "wait-for-device")
        control.write(running.root, ["stls"])
        yield running


def test_a_deployment_goes_through_the_server_and_is_found_there_again(
    lowered: Project, phone: RunningPhone
) -> None:
    first = lowered.sideload("deploy", *MODEL, "--device", phone.address, "--json")
    named = {"ANDROID_SERIAL": phone.address}
    again = lowered.sideload("deploy", *MODEL, "--json", env=named)

    assert (first.exit_code, again.exit_code) == (0, 0), first.stderr + again.stderr
    (one,), (two,) = (ended.document["deployments"] for ended in (first, again))
    assert one["device"]["transport"] == "adb_server"
    assert one["parity"]["cosine"] > 0.999
    assert one["pushed_bytes"] > 0
    assert two["pushed_bytes"] == 0


def test_a_deployment_survives_the_end_of_the_server_or_says_what_to_do_and_goes_on(
    lowered: Project, server: NativeServer, phone: RunningPhone
) -> None:
    process = lowered.start("deploy", *MODEL, "--device", phone.address)
    assert process.stderr is not None
    said = ""
    while "push" not in said and (line := process.stderr.readline()):
        said += line
    server.kill()
    control.write(phone.root, [])
    rest = process.communicate(timeout=120)[1]
    again = lowered.sideload("deploy", *MODEL, "--device", phone.address, "--json")

    assert process.returncode in {0, 3}, said + rest
    assert "Traceback" not in said + rest
    if process.returncode:
        assert "try: run the command again" in rest
    assert again.exit_code == 0, again.stderr

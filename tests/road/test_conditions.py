"""The state of the phone travels with each measurement, and costs a redeploy nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sideload import simulated
from sideload.simulated import RunningPhone
from sideload.values import LINE_MARK
from tests.road.project import Project

STATE = {"sideload.battery.level": "15", "sideload.battery.status": "2", "sideload.saver": "1"}
# In the place of a service that only facts ask for.
TELLTALE = '#!/bin/sh\necho asked >>"${0%/*}/../../data/asked"\n'


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[RunningPhone]:
    """A phone that is nearly empty, and writes down when it is asked for its battery saver."""
    with simulated.get("android").start(tmp_path / "root", properties=STATE) as running:
        settings = running.root / "system/bin/settings"
        settings.write_text(TELLTALE)
        yield running


def asked(phone: RunningPhone) -> int:
    file = phone.root / "data/asked"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_facts_are_asked_for_beside_each_measurement_and_never_without_one(
    lowered: Project, phone: RunningPhone
) -> None:
    words = ("--model", "own.py:blend", "--runtime", "onnxruntime", "--precision", "float32")
    first = lowered.sideload("deploy", *words, "--device", phone.address, "--json")
    assert first.exit_code == 0, first.stderr
    after_first = asked(phone)
    again = lowered.sideload("deploy", *words, "--device", phone.address, "--json")
    after_second = asked(phone)
    anew = lowered.sideload("profile", *words, "--device", phone.address)

    assert (after_first, after_second, asked(phone)) == (2, 2, 4)
    (was,), (now,) = (ended.document["deployments"] for ended in (first, again))
    assert now["conditions"] == was["conditions"]
    assert was["conditions"]["before"]["battery_percent"] == 15.0
    assert {"battery", "saver"} <= {warning["kind"] for warning in was["warnings"]}
    assert "Doubtful: its battery was charged from 15 % beforehand." in anew.stdout
    assert f"Conditions on {phone.address}: " in anew.stdout

    before, *_, after = Path(was["log"]).read_text().splitlines()
    events = [json.loads(line.removeprefix(LINE_MARK)) for line in (before, after)]
    assert [event["event"] for event in events] == ["device", "conditions"]
    assert all(event["facts"]["battery"]["percent"] == 15.0 for event in events)
    assert all(event["facts"]["model"] == "Sideload Simulated Phone" for event in events)

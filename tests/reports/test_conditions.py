import json
from dataclasses import replace

import pytest

from sideload.facts import Battery, Cluster, Load, PhoneFacts, Zone
from sideload.reports import document, html, junit, markdown, terminal
from sideload.values import Device, Result
from tests.reports.conftest import PHONE, PLUGGED_IN, result

CALM = PhoneFacts(
    clusters=(
        Cluster(cores=(0, 1, 2, 3), max_khz=1_704_000, cap_khz=1_704_000),
        Cluster(cores=(4,), max_khz=2_914_000, cap_khz=2_914_000),
    ),
    thermal_status=0,
    zones=(Zone(name="skin", celsius=31.52), Zone(name="BIG", celsius=44.0)),
    battery=Battery(percent=82.0, celsius=28.7, status="charging"),
    saves_power=False,
    screen="on",
    load=Load(busy=0.031),
)
WARM = replace(
    CALM,
    clusters=(CALM.clusters[0], replace(CALM.clusters[1], cap_khz=2_000_000)),
    thermal_status=2,
    zones=(Zone(name="skin", celsius=41.0), Zone(name="BIG", celsius=80.0)),
    saves_power=True,
)


def measured(
    before: PhoneFacts | None,
    after: PhoneFacts | None,
    *,
    model: str = "digits",
    device: Device = PHONE,
) -> Result:
    made = result(model, device=device)
    assert made.timing is not None
    return replace(made, timing=replace(made.timing, before=before, after=after))


def test_the_terminal_tells_the_state_of_each_device_in_one_sentence() -> None:
    text = terminal.results(
        [measured(CALM, WARM), measured(CALM, CALM, device=PLUGGED_IN)], width=300
    )

    assert (
        "Conditions on 127.0.0.1:37123: 31.5 °C skin, 44.0 °C BIG → 41.0 °C skin, 80.0 °C BIG, "
        "throttled: no → moderate, battery 82 % 28.7 °C charging → 82 % 28.7 °C charging battery "
        "saver, other load 3 %." in text
    )
    assert f"Conditions on {PLUGGED_IN.serial}: 31.5 °C skin, 44.0 °C BIG, throttled: no" in text


def test_a_doubt_is_told_once_with_how_many_measurements_it_concerns() -> None:
    found = [measured(CALM, WARM), measured(WARM, WARM, model="minilm"), measured(CALM, CALM)]

    text = terminal.results(found, width=200)

    assert "Doubtful: it throttled (moderate) afterwards (2 of 3 measurements)." in text
    assert "Doubtful: core 4 was held at 2.00 of 2.91 GHz afterwards (2 of 3" in text
    assert text.count("Doubtful") == 3


def test_with_several_devices_a_doubt_and_a_row_name_theirs() -> None:
    found = [measured(CALM, CALM), measured(WARM, WARM, device=PLUGGED_IN)]
    serial = PLUGGED_IN.serial

    assert f"Doubtful on {serial}: its battery saver was on" in terminal.results(found, width=200)
    assert f"| digits executorch int8 pt2e\\_static on {serial} | 41.0" in markdown.results(found)


def test_a_doubt_of_one_measurement_names_it() -> None:
    found = [measured(CALM, CALM), measured(CALM, replace(CALM, screen="off"), model="minilm")]

    text = terminal.results(found, width=200)

    assert "Doubtful: its screen went from on to off meanwhile (minilm executorch int8)." in text


@pytest.mark.parametrize("width", [50, 80, 120])
def test_conditions_fit_the_terminal(width: int) -> None:
    text = terminal.results([measured(CALM, WARM)], width=width)

    assert max(map(len, text.splitlines())) <= width


def test_without_facts_no_report_speaks_of_conditions() -> None:
    found = [measured(None, None)]

    assert "Conditions" not in terminal.results(found, width=120)
    assert "Conditions" not in markdown.results(found)
    assert "Conditions" not in html.results(found)
    assert "doubts" not in junit.results(found)


def test_a_device_that_answered_nothing_is_said_to_have_told_nothing() -> None:
    text = terminal.results([measured(PhoneFacts(), PhoneFacts())], width=120)

    assert "Conditions on 127.0.0.1:37123: it told nothing of its state." in text


def test_markdown_has_a_row_of_conditions_and_a_list_of_doubts() -> None:
    text = markdown.results([measured(CALM, WARM)])
    table, _, doubts = text.partition("**Conditions**")[2].strip().partition("\n\n- ")

    assert "| digits executorch int8 pt2e\\_static | 31.5 °C skin, 44.0 °C BIG → 41.0" in table
    assert "| 4 × 1.70 GHz, 1 × 2.91 GHz → 4 × 1.70 GHz, 1 × 2.00 of 2.91 GHz | 3 % | on |" in table
    assert doubts.startswith("Doubtful: it throttled (moderate) afterwards.\n- Doubtful: core 4")


def test_the_page_has_a_section_of_conditions_with_its_doubts() -> None:
    page = html.results([measured(CALM, WARM)])

    assert "<h2>Conditions</h2>" in page
    assert "3 doubts" in page
    assert "<li>Doubtful: it throttled (moderate) afterwards.</li>" in page
    assert "<td>no → moderate</td>" in page


def test_a_hostile_name_of_a_thermometer_stays_text() -> None:
    hostile = replace(CALM, zones=(Zone(name="<script>|\x1b[31m", celsius=50.0),))
    found = [measured(hostile, hostile)]

    assert "<script>" not in html.results(found)
    assert "\x1b" not in terminal.results(found, width=200)
    assert r"\<script\>\|" in markdown.results(found)


def test_programs_get_the_important_facts_and_the_warnings() -> None:
    (found,) = document.deployments("deploy", [measured(CALM, WARM)])["deployments"]

    json.dumps(found, allow_nan=False)
    assert found["conditions"]["before"] == {
        "thermal_status": 0,
        "skin_celsius": 31.52,
        "hottest_celsius": 44.0,
        "battery_celsius": 28.7,
        "battery_percent": 82.0,
        "is_charging": True,
        "saves_power": False,
        "screen": "on",
        "busy": 0.031,
        "available_bytes": None,
        "clusters": found["conditions"]["before"]["clusters"],
    }
    assert found["conditions"]["after"]["clusters"][1]["cap_khz"] == 2_000_000
    assert found["warnings"][0] == {"kind": "heat", "message": "it throttled (moderate) afterwards"}
    assert "before" not in found


def test_what_was_not_measured_has_neither_conditions_nor_warnings() -> None:
    bare = replace(result(), timing=None)
    (found,) = document.deployments("deploy", [bare])["deployments"]

    assert (found["conditions"], found["warnings"]) == (None, [])


def test_junit_keeps_the_doubts_with_the_case() -> None:
    text = junit.results([measured(CALM, WARM)])

    assert 'name="doubts" value="it throttled (moderate) afterwards; core 4 was held' in text

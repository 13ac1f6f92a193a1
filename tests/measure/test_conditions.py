from dataclasses import replace

import pytest

from sideload.facts import Battery, Cluster, Load, PhoneFacts, Zone
from sideload.measure import conditions
from sideload.measure.conditions import doubts

CALM = PhoneFacts(
    cores=8,
    cores_online=8,
    clusters=(Cluster(cores=(0, 1, 2, 3), max_khz=2_000_000, cap_khz=2_000_000),),
    ram_bytes=8_000_000_000,
    available_bytes=3_000_000_000,
    thermal_status=0,
    battery=Battery(percent=80.0, celsius=29.0, status="charging", is_plugged=True),
    saves_power=False,
    screen="on",
    load=Load(busy=0.05),
    boot_id="a",
    uptime_s=100.0,
)
LATER = replace(CALM, uptime_s=160.0)


def said(before: PhoneFacts | None, after: PhoneFacts | None) -> dict[str, str]:
    return {doubt.kind: doubt.said for doubt in doubts(before, after)}


def test_a_calm_phone_gives_no_reason_to_doubt() -> None:
    assert said(CALM, LATER) == {}


def test_a_phone_of_which_nothing_is_known_gives_none_either() -> None:
    assert said(None, None) == {}
    assert said(PhoneFacts(), PhoneFacts()) == {}
    assert said(CALM, PhoneFacts()) == {}


def test_each_moment_alone_is_reason_enough() -> None:
    hot = replace(CALM, thermal_status=1)

    assert said(hot, LATER) == {"heat": "it throttled (light) beforehand"}
    assert said(CALM, hot) == {"heat": "it throttled (light) afterwards"}


def test_a_hot_battery_is_a_doubt_without_throttling() -> None:
    hot = replace(CALM, battery=replace(CALM.battery, celsius=40.0))

    assert said(CALM, hot) == {"heat": "its battery had 40.0 °C afterwards"}


@pytest.mark.parametrize(
    ("percent", "status", "expected"),
    [
        (19.0, "charging", "its battery was charged from 19 % beforehand"),
        (5.0, "discharging", "its battery was down to 5 % beforehand"),
        (20.0, "charging", None),
    ],
)
def test_a_low_battery_is_a_doubt_whether_charged_or_not(
    percent: float, status: str, expected: str | None
) -> None:
    low = replace(CALM, battery=replace(CALM.battery, percent=percent, status=status))

    assert said(low, LATER).get("battery") == expected


def test_a_cable_that_comes_or_goes_is_a_doubt() -> None:
    unplugged = replace(LATER, battery=replace(CALM.battery, is_plugged=False))
    silent = replace(LATER, battery=replace(CALM.battery, is_plugged=None))

    assert said(CALM, unplugged) == {"battery": "it was plugged in or unplugged meanwhile"}
    assert said(CALM, silent) == {}


@pytest.mark.parametrize(
    ("cap_khz", "is_doubtful"), [(2_000_000, False), (1_970_000, False), (1_500_000, True)]
)
def test_cores_that_are_held_back_are_a_doubt(cap_khz: int, is_doubtful: bool) -> None:
    held = replace(CALM, clusters=(replace(CALM.clusters[0], cap_khz=cap_khz),))
    words = {"frequency": "cores 0-3 were held at 1.50 of 2.00 GHz beforehand"}

    assert said(held, LATER) == (words if is_doubtful else {})


def test_the_battery_saver_switched_off_cores_and_a_dark_screen_are_doubts() -> None:
    after = replace(LATER, saves_power=True, cores_online=6, screen="off")

    assert said(CALM, after) == {
        "saver": "its battery saver was on afterwards",
        "cores": "2 of its 8 cores were off afterwards",
        "screen": "its screen went from on to off meanwhile",
    }


@pytest.mark.parametrize(("busy", "is_doubtful"), [(0.14, False), (0.15, True), (1.0, True)])
def test_other_programs_are_a_doubt_from_a_share_on(busy: float, is_doubtful: bool) -> None:
    assert ("load" in said(replace(CALM, load=Load(busy=busy)), LATER)) is is_doubtful


def test_little_free_memory_is_a_doubt() -> None:
    assert said(CALM, replace(LATER, available_bytes=390_000_000)) == {
        "memory": "only 5 % of its memory was free afterwards"
    }


@pytest.mark.parametrize(
    "after", [replace(LATER, boot_id="b"), replace(LATER, uptime_s=3.0, boot_id="")]
)
def test_a_restart_is_seen_by_its_name_or_by_its_clock(after: PhoneFacts) -> None:
    assert said(CALM, after) == {"restart": "it restarted meanwhile"}


def test_every_kind_of_doubt_is_one_that_is_described() -> None:
    worst = replace(
        CALM,
        clusters=(replace(CALM.clusters[0], cap_khz=1_000_000),),
        cores_online=1,
        available_bytes=1,
        thermal_status=6,
        battery=replace(CALM.battery, percent=1.0),
        saves_power=True,
        load=Load(busy=1.0),
    )
    found = doubts(worst, replace(CALM, screen="off", boot_id="b"))

    assert [doubt.kind for doubt in found] == list(conditions.KINDS)


def test_thermometers_are_told_apart_by_what_they_are_near_to() -> None:
    zones = (
        Zone(name="cpu-1-0", celsius=71.0),
        Zone(name="quiet-therm", celsius=38.0),
        Zone(name="VIRTUAL-SKIN", celsius=36.0),
    )

    assert conditions.hottest(replace(CALM, zones=zones)) == zones[0]
    assert conditions.skin(replace(CALM, zones=zones)) == zones[2]
    assert conditions.skin(replace(CALM, zones=zones[:1])) is None
    assert conditions.hottest(CALM) is None


@pytest.mark.parametrize(
    ("cores", "words"),
    [((3,), "core 3"), ((4, 5, 6, 7), "cores 4-7"), ((0, 2, 5), "cores 0,2,5")],
)
def test_cores_are_named_in_few_words(cores: tuple[int, ...], words: str) -> None:
    assert conditions.cores(Cluster(cores=cores)) == words

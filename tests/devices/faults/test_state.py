"""A phone that is not at its best is measured all the same, and its log says how it was."""

from pathlib import Path

import pytest

from sideload.errors import DeviceGoneError
from sideload.facts import PhoneFacts
from sideload.host import targets
from sideload.simulated import RunningPhone, Simulator
from sideload.stages import _facts
from tests.devices.faults import bench
from tests.devices.faults.bench import Bench

FIRST_DAY_S = 86_400


@pytest.fixture
def tried(phone: RunningPhone, folder: Path) -> Bench:
    return Bench(phone=phone, folder=folder)


def facts(tried: Bench) -> PhoneFacts:
    with tried.connected() as connection:
        return _facts.facts(connection, targets.read("android"))


def test_a_locked_screen_is_told(tried: Bench, simulator: Simulator) -> None:
    with simulator.faulty(tried.phone, "screen-lock"):
        locked = facts(tried)

    assert (facts(tried).screen, locked.screen) == ("on", "off")


def test_a_battery_that_is_saved_is_told(tried: Bench, simulator: Simulator) -> None:
    with simulator.faulty(tried.phone, "battery-saver"):
        saving = facts(tried)

    assert (facts(tried).saves_power, saving.saves_power) == (False, True)


def test_a_phone_that_is_too_hot_is_told(tried: Bench, simulator: Simulator) -> None:
    with simulator.faulty(tried.phone, "hot"):
        hot = facts(tried)

    assert (facts(tried).thermal_status, hot.thermal_status) == (0, 3)


def test_a_clock_that_says_1970_is_told(tried: Bench, simulator: Simulator) -> None:
    with simulator.faulty(tried.phone, "epoch-clock"):
        early = facts(tried)

    assert early.clock_s is not None
    assert early.clock_s < FIRST_DAY_S


def test_what_a_broken_run_could_not_put_away_is_gone_after_the_next(
    tried: Bench, simulator: Simulator
) -> None:
    work = tried.on_host(f"{bench.ROOT}/work")
    with simulator.faulty(tried.phone, "reboot-in-run=4"), pytest.raises(DeviceGoneError):
        bench.measure(tried)
    left = list(work.iterdir())
    bench.until_there(tried)

    bench.measure(tried)

    assert len(left) == 1
    assert not work.exists()


def test_what_makes_no_sense_is_unknown_and_nothing_fails(
    tried: Bench, simulator: Simulator
) -> None:
    with simulator.faulty(tried.phone, "odd-facts"):
        odd = facts(tried)

    assert {"properties", "thermal", "power"} <= set(odd.unknown)
    assert (odd.saves_power, odd.thermal_status, odd.screen) == (None, None, "")

"""The whole of it on a simulated phone, which really runs the app, with its code and its model."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.errors import RunnerError
from sideload.simulated import RunningPhone
from sideload.stages import road
from sideload.stages.models import Failures
from sideload.transports import Connection
from sideload.values import Result
from tests.stages.app.conftest import Carried


@pytest.fixture(scope="module")
def result(home: Path, carried: Carried, phone: RunningPhone) -> Iterator[Result]:
    assert home.is_dir()
    with closing(transports.get("adb").connect(phone.address)) as connection:
        yield _delivered(carried, connection)


def _delivered(carried: Carried, connection: Connection, *, anew: bool = False) -> Result:
    failures = Failures()
    (found,) = road.delivered(
        [(carried.item, carried.bundle)],
        carried.item.target,
        connection,
        failures,
        anew=anew,
    )
    assert failures.found == []
    return found


def test_every_answer_of_the_app_is_what_this_machine_answers(result: Result) -> None:
    parity = result.deployment.parity

    assert result.deployment.run == "app"
    assert parity is not None
    assert (parity.samples, parity.max_abs_error) == (3, 0.0)


def test_its_times_are_those_that_its_plan_asks_for(result: Result) -> None:
    timing = result.timing
    assert timing is not None

    assert timing.complete
    assert (timing.latency_ns.count, timing.torn_lines) == (7, 0)
    assert 0 < timing.latency_ns.p50 <= timing.latency_ns.p99 < timing.load_ns
    assert timing.peak_bytes > 10_000_000
    assert timing.hello["runner"] == "app"
    assert timing.hello["sha256"] == result.artifact.file.sha256
    assert timing.hello["repeatable"] is True
    assert timing.operators == ()
    assert timing.before is not None


def test_nothing_of_it_is_left_on_the_phone(
    result: Result, carried: Carried, connection: Connection
) -> None:
    del result
    package = carried.apk.package

    assert connection.run(f"pm path {package}").exit_code == 1
    assert connection.run(f"pidof {package}").exit_code == 1
    left = f"ls /sdcard/Android/data /data/data /data/app {carried.item.target.device_root}/work"
    assert package.encode() not in connection.run(left).stdout


def test_what_was_measured_is_not_installed_again(
    result: Result, carried: Carried, connection: Connection
) -> None:
    connection.run("logcat -c")
    again = _delivered(carried, connection)

    assert again.timing == result.timing
    assert again.deployment.pushed_bytes == 0
    assert b"Start proc" not in connection.run("logcat -d").stdout


@pytest.mark.parametrize(
    ("fault", "problem", "remedy"),
    [
        ("app-crash=3", "FATAL EXCEPTION: benchmark", "adb logcat -d -b crash"),
        ("app-killed=4", "after 4 whole and 0 torn lines", "use a smaller model"),
    ],
)
def test_an_app_that_does_not_live_to_its_end_is_told_in_the_phones_words(  # noqa: PLR0917
    fault: str,
    problem: str,
    remedy: str,
    home: Path,
    carried: Carried,
    phone: RunningPhone,
    connection: Connection,
) -> None:
    assert home.is_dir()
    failures = Failures()
    with simulated.get("android").faulty(phone, fault):
        asked = [(carried.item, carried.bundle)]
        found = list(road.delivered(asked, carried.item.target, connection, failures, anew=True))

    assert found == []
    (error,) = failures.found
    assert isinstance(error, RunnerError)
    assert problem in error.problem
    assert remedy in error.remedy
    assert connection.run(f"pm path {carried.apk.package}").exit_code == 1


def test_an_app_that_cannot_keep_its_lines_is_measured_by_the_log(
    home: Path, carried: Carried, phone: RunningPhone, connection: Connection
) -> None:
    assert home.is_dir()
    with simulated.get("android").faulty(phone, "no-app-file"):
        found = _delivered(carried, connection, anew=True)

    assert found.timing is not None
    assert found.timing.complete
    assert found.timing.latency_ns.count == 7

import pytest

from sideload.errors import (
    DeviceBusyError,
    DeviceFullError,
    DeviceGoneError,
    DeviceParityError,
    HashMismatchError,
    NoDeviceError,
    RefusedError,
    RunnerError,
    SideloadError,
    TooLongError,
    TransferError,
    UnauthorizedError,
    UsageError,
)
from sideload.stages._fleet import retries
from sideload.values import FleetPlan


@pytest.mark.parametrize("kind", [DeviceGoneError, RefusedError, TransferError])
def test_trouble_of_a_connection_may_be_over_soon(kind: type[SideloadError]) -> None:
    assert retries.may_help(kind("it broke", remedy="again"), has_met=False)


@pytest.mark.parametrize(
    "kind",
    [
        DeviceBusyError,
        DeviceFullError,
        DeviceParityError,
        HashMismatchError,
        RunnerError,
        TooLongError,
        UnauthorizedError,
        UsageError,
    ],
)
def test_gates_wrong_words_and_what_a_person_must_do_stay_as_they_are(
    kind: type[SideloadError],
) -> None:
    assert not retries.may_help(kind("no", remedy="think"), has_met=True)


@pytest.mark.parametrize("has_met", [True, False])
def test_a_name_that_nothing_answers_to_is_wrong_unless_something_did(has_met: bool) -> None:
    assert retries.may_help(NoDeviceError("none", remedy="look"), has_met=has_met) is has_met


def test_each_pause_is_about_twice_as_long_up_to_a_limit() -> None:
    plan = FleetPlan(backoff_s=1.0)

    for attempt, usual_s in ((1, 1.0), (2, 2.0), (3, 4.0), (7, 60.0), (1000, 60.0)):
        pauses = {retries.pause_s(plan, attempt) for _ in range(50)}
        assert all(0.75 * usual_s <= pause <= 1.25 * usual_s for pause in pauses)
        # Not all phones of one hub at once.
        assert len(pauses) > 1

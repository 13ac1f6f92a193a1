import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.errors import (
    DeviceGoneError,
    GateError,
    ParityError,
    RefusedError,
    TooLongError,
    UsageError,
)
from sideload.host import console, targets
from sideload.simulated import RunningPhone
from sideload.stages._fleet.crew import Hand, Outcome, outcomes
from sideload.stages._fleet.members import Member
from sideload.stages._lock import locked
from sideload.values import FleetPlan, Target

PLAN = FleetPlan(retries=2, backoff_s=0.01)
ANDROID = replace(targets.read("android"), fleet=PLAN)


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    with simulated.get("android").start(tmp_path_factory.mktemp("crew") / "phone") as running:
        yield running


def hand(name: str, *, target: Target = ANDROID, slots: int = 4) -> Hand[str]:
    member = Member(name=name, is_named=True, place=name)
    return Hand(member, target, threading.Semaphore(slots))


def run(hands: list[Hand[str]], act: Callable[[Hand[str]], None]) -> list[Outcome[str]]:
    with console.table(()) as table:
        return outcomes(hands, act, table=table, ended=lambda _: None, meanwhile=lambda: None)


@contextmanager
def held_by_another(phone: RunningPhone) -> Iterator[None]:
    with (
        closing(transports.get("adb").connect(phone.address)) as connection,
        locked(connection, ANDROID.device_root, doing="something long"),
    ):
        yield


def test_a_try_begins_anew_and_only_the_last_one_counts() -> None:
    def act(one: Hand[str]) -> None:
        tries.append(1)
        one.made.append(f"try {len(tries)}")
        if len(tries) < PLAN.retries + 1:
            raise DeviceGoneError("it hung up", remedy="again")

    tries: list[int] = []
    (outcome,) = run([hand("A")], act)

    assert (outcome.state, outcome.attempts, outcome.made) == ("done", 3, ("try 3",))
    assert outcome.errors == ()


def test_after_the_last_try_the_last_error_is_the_reason_and_what_was_made_stays() -> None:
    def act(one: Hand[str]) -> None:
        one.made.append("half of it")
        raise RefusedError("nobody is there", remedy="look")

    (outcome,) = run([hand("A")], act)

    assert (outcome.state, outcome.attempts, outcome.made) == ("failed", 3, ("half of it",))
    assert [type(error) for error in outcome.errors] == [RefusedError]


@pytest.mark.parametrize("kind", [ParityError, GateError, UsageError])
def test_what_is_refused_is_refused_once(kind: type[GateError]) -> None:
    def act(one: Hand[str]) -> None:
        raise kind(f"{one.name} is not good enough", remedy="make it better")

    (outcome,) = run([hand("A")], act)

    assert (outcome.state, outcome.attempts) == ("failed", 1)


def test_a_phone_that_waits_for_its_next_try_takes_nobodys_place(phone: RunningPhone) -> None:
    patient = replace(ANDROID, fleet=replace(PLAN, parallel=1, retries=1, backoff_s=60.0))
    slots = threading.Semaphore(1)
    places = ["127.0.0.1:1", phone.address]
    hands: list[Hand[str]] = [
        Hand(Member(name=place, is_named=True, place=place), patient, slots) for place in places
    ]
    ended: list[str] = []

    def act(one: Hand[str]) -> None:
        with one.connected(doing="test"):
            one.made.append("there")

    def over(outcome: Outcome[str]) -> None:
        ended.append(outcome.name)
        for each in hands:
            each.end()  # the other would wait for a minute

    with console.table(()) as table:
        found = outcomes(hands, act, table=table, ended=over, meanwhile=lambda: None)

    assert ended[0] == phone.address
    assert [each.state for each in found] == ["failed", "done"]


def test_who_waits_for_a_phone_that_others_hold_can_be_ended(phone: RunningPhone) -> None:
    waiting = hand(phone.address)
    result: Future[Outcome[str]] = Future()

    def act(one: Hand[str]) -> None:
        with one.connected(doing="test"):
            one.made.append("there")

    with held_by_another(phone):
        thread = threading.Thread(target=lambda: result.set_result(waiting.work(act)))
        thread.start()
        time.sleep(0.5)
        waiting.end()
        outcome = result.result(timeout=20)
        thread.join(20)

    assert (outcome.state, outcome.made, outcome.attempts) == ("failed", (), 1)


def test_who_waits_longer_than_there_is_time_says_so_and_is_not_tried_again(
    phone: RunningPhone,
) -> None:
    hasty = replace(ANDROID, fleet=replace(PLAN, timeout_s=0.5))

    def act(one: Hand[str]) -> None:
        with one.connected(doing="test"):
            one.made.append("there")

    with held_by_another(phone):
        (outcome,) = run([hand(phone.address, target=hasty)], act)

    assert outcome.attempts == 1
    assert isinstance(outcome.errors[0], TooLongError)
    assert "after 0.5 s" in outcome.errors[0].problem


def test_an_interrupt_ends_the_work_on_every_phone(phone: RunningPhone, tmp_path: Path) -> None:
    del tmp_path
    ended: list[str] = []

    def act(one: Hand[str]) -> None:
        with one.connected(doing="test") as connection:
            connection.run("sleep 60")

    def interrupted() -> None:
        time.sleep(0.5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), console.table(()) as table:
        outcomes(
            [hand(phone.address), hand("127.0.0.1:1")],
            act,
            table=table,
            ended=lambda outcome: ended.append(outcome.name),
            meanwhile=interrupted,
        )

    assert sorted(ended) == sorted([phone.address, "127.0.0.1:1"])


def test_what_is_no_expected_failure_comes_out_as_it_is() -> None:
    def act(one: Hand[str]) -> None:
        raise ValueError(one.name)

    with pytest.raises(ValueError, match="A"):
        run([hand("A"), hand("B")], act)


def test_what_is_no_expected_failure_does_not_wait_for_phones_that_go_on() -> None:
    def act(one: Hand[str]) -> None:
        if one.name == "B":
            raise ValueError(one.name)
        one.wait_for(Future())

    with pytest.raises(ValueError, match="B"):
        run([hand("A"), hand("B")], act)

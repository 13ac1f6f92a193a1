from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sideload import simulated
from sideload.errors import NoDeviceError, UsageError
from sideload.host import targets
from sideload.simulated import RunningPhone
from sideload.stages._fleet import members
from sideload.stages._fleet.members import one, selection

ANDROID = targets.read("android")


@pytest.fixture
def phones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[RunningPhone]]:
    """A Pixel and a Galaxy that are listed, and one that is listed and not there."""
    with ExitStack() as stack:
        start = simulated.get("android").start
        running = [
            stack.enter_context(start(tmp_path / model, properties={"ro.product.model": model}))
            for model in ("Pixel 9", "Galaxy S9")
        ]
        listed = ",".join([*(phone.address for phone in running), "127.0.0.1:1"])
        monkeypatch.setenv("SIDELOAD_DEVICES", listed)
        yield running


def found(*words: str) -> list[str]:
    return [each.name for each in members.members(ANDROID, selection(words))]


@pytest.mark.parametrize(
    ("words", "name"), [((), ""), (("",), ""), (("A",), "A"), (("simulated",), "simulated")]
)
def test_a_single_name_or_none_is_no_fleet(words: tuple[str, ...], name: str) -> None:
    assert one(words) == name


@pytest.mark.parametrize("words", [("all",), ("A,B",), ("A", "B"), ("model=A",), ("A,",)])
def test_the_words_alone_say_that_a_fleet_is_meant(words: tuple[str, ...]) -> None:
    assert one(words) is None


@pytest.mark.parametrize("words", [("A,,B",), (",",), ("A", ",B"), ("all,",)])
def test_an_empty_name_among_others_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="empty name"):
        selection(words)


def test_all_are_those_that_can_be_used(phones: list[RunningPhone]) -> None:
    assert found("all") == [phone.address for phone in phones]


def test_each_phone_is_meant_once_however_often_it_is_named(phones: list[RunningPhone]) -> None:
    pixel, galaxy = (phone.address for phone in phones)

    assert found(f"{galaxy},{galaxy}", "all", "model=*", galaxy) == [pixel, galaxy]


def test_conditions_are_met_together_and_filters_one_or_the_other(
    phones: list[RunningPhone],
) -> None:
    pixel, galaxy = (phone.address for phone in phones)

    assert found("model=Pixel*,simulated=yes") == [pixel]
    assert found("model=Pixel*", "model=Galaxy*") == [pixel, galaxy]


def test_a_phone_that_is_named_need_not_be_there(phones: list[RunningPhone]) -> None:
    del phones

    (member,) = members.members(ANDROID, selection(["127.0.0.1:2,127.0.0.1:2"]))

    assert (member.is_named, member.place) == (True, "127.0.0.1:2")


def test_where_nothing_meets_a_condition_the_reason_of_each_phone_is_said(
    phones: list[RunningPhone],
) -> None:
    del phones
    with pytest.raises(NoDeviceError) as caught:
        found("model=Nexus*")

    assert "has model 'Pixel 9'" in caught.value.problem
    assert "127.0.0.1:1 is offline" in caught.value.problem

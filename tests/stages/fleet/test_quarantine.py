from dataclasses import replace
from pathlib import Path

import pytest

from sideload.host import cache, places
from sideload.stages._fleet import quarantine
from sideload.values import FleetPlan

PLAN = FleetPlan(quarantine_after=2, quarantine_s=600.0)
NAME = "127.0.0.1:5599"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.CACHE_VARIABLE, str(tmp_path / "cache"))


def test_it_begins_with_the_last_failure_in_a_row_that_the_plan_allows() -> None:
    quarantine.failed(NAME, "it hung up", PLAN)
    before = quarantine.of(NAME)
    quarantine.failed(NAME, "it hung up\nagain", PLAN)
    after = quarantine.of(NAME)

    assert before is None
    assert after is not None
    assert "it failed 2 times in a row, at last because it hung up again" in after.sentence
    assert quarantine.every() == {NAME: after}


def test_a_success_in_between_starts_the_count_anew() -> None:
    quarantine.failed(NAME, "it hung up", PLAN)
    quarantine.lift(NAME)
    quarantine.failed(NAME, "it hung up", PLAN)

    assert quarantine.of(NAME) is None


def test_it_ends_by_itself() -> None:
    quarantine.failed(NAME, "it hung up", replace(PLAN, quarantine_after=1, quarantine_s=0.0))

    assert quarantine.of(NAME) is None


def test_a_plan_can_do_without() -> None:
    for _ in range(5):
        quarantine.failed(NAME, "it hung up", replace(PLAN, quarantine_after=0))

    assert quarantine.of(NAME) is None


def test_one_phone_is_not_blamed_for_another() -> None:
    quarantine.failed(NAME, "it hung up", replace(PLAN, quarantine_after=1))

    assert quarantine.of("127.0.0.1:5598") is None


@pytest.mark.parametrize("content", ["", "{}", "[", '{"schema": "sideload/0"}', "\0"])
def test_a_broken_note_holds_nothing_against_a_phone(content: str) -> None:
    quarantine.failed(NAME, "it hung up", replace(PLAN, quarantine_after=1))
    (note,) = cache.folder(quarantine.KIND).iterdir()
    note.write_text(content)

    assert quarantine.of(NAME) is None
    assert quarantine.every() == {}
    assert quarantine.failed(NAME, "it hung up", PLAN).failures == 1


@pytest.mark.parametrize("name", ["", "../../x", "a/b", "\ud800", "x" * 1000])
def test_any_name_stays_in_the_folder(name: str) -> None:
    quarantine.failed(name.encode("utf-8", "replace").decode(), "it hung up", PLAN)

    assert len(list(cache.folder(quarantine.KIND).iterdir())) == 1

from dataclasses import replace

import pytest

from sideload.errors import PlanError
from sideload.measure.gate.plan import (
    LONG,
    SHORT,
    Look,
    Plan,
    Rules,
    asked,
    next_look,
    planned,
    shared,
)


def _look(pairs: int, alarm: float = 0.001, clear: float = 0.01) -> Look:
    return Look(pairs=pairs, alarm=alarm, clear=clear)


@pytest.mark.parametrize("plan", [SHORT, LONG])
def test_the_looks_of_a_plan_together_spend_no_more_than_their_share(plan: Plan) -> None:
    assert plan.alarm == pytest.approx(0.01)
    assert plan.clear <= 0.05 + 1e-9
    assert planned(plan.looks) == plan


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        ((), "never ends"),
        ((_look(10), _look(10)), "ever more pairs"),
        ((_look(14), _look(10)), "ever more pairs"),
        ((_look(0),), "ever more pairs"),
        ((_look(10, alarm=0.0),), "between 0 and 1"),
        ((_look(10, clear=1.0),), "between 0 and 1"),
        ((_look(10, alarm=float("nan")),), "between 0 and 1"),
        ((_look(10, alarm=0.006), _look(20, alarm=0.006)), "1.2 % of false alarms"),
        ((_look(10, clear=0.03), _look(20, clear=0.03)), "6 % of wrong SAMEs"),
    ],
)
def test_a_plan_that_cannot_keep_its_promise_is_refused(looks: tuple[Look, ...], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        planned(looks)


def test_models_share_the_alarms_of_one_and_not_its_looks() -> None:
    four = shared(LONG, 4)

    assert four.alarm == pytest.approx(LONG.alarm / 4)
    assert [replace(look, alarm=0) for look in four.looks] == [
        replace(look, alarm=0) for look in LONG.looks
    ]


def test_one_looks_again_after_the_next_planned_number_of_pairs() -> None:
    assert [next_look(SHORT, pairs) for pairs in (0, 9, 10, 27, 28, 40)] == [
        *(10, 10, 14, 28, 40, 40)
    ]


@pytest.mark.parametrize(
    ("margin", "floor"),
    [(0.0, 0.01), (-0.03, 0.01), (1.0, 0.01), (float("nan"), 0.01), (0.03, -0.01), (0.03, 1.0)],
)
def test_a_margin_or_a_floor_that_bounds_nothing_is_refused(margin: float, floor: float) -> None:
    assert asked(SHORT, margin=0.05, floor=0.0) == Rules(plan=SHORT, margin=0.05, floor=0.0)
    with pytest.raises(PlanError, match="no bounds"):
        asked(SHORT, margin=margin, floor=floor)

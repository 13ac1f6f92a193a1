import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sideload.errors import FiguresError
from sideload.measure.gate.estimate import Estimate
from sideload.measure.gate.families import discoveries, holm, settled
from sideload.measure.gate.plan import LONG, Rules, shared
from sideload.measure.gate.verdict import Verdict, incomparable, judge
from tests.protocols.adb.any import QUICK

RULES = Rules(plan=LONG)
NOISY = Verdict(word="NOISY", pairs=80, ratio=Estimate(value=1.05, low=1.0, high=1.1), p=0.004)


def test_holm_adjusts_the_p_values_of_a_textbook() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])


@QUICK
@given(some.lists(some.floats(0, 1), min_size=1, max_size=4))
def test_holm_is_what_testing_every_subset_by_its_smallest_p_comes_to(p: list[float]) -> None:
    def closed(one: int) -> float:
        subsets = {
            frozenset(order[:size])
            for order in permutations(range(len(p)))
            for size in range(1, len(p) + 1)
        }
        return max(min(1.0, len(s) * min(p[at] for at in s)) for s in subsets if one in s)

    assert holm(p).tolist() == pytest.approx([closed(one) for one in range(len(p))])


def test_warnings_are_those_of_benjamini_and_hochberg() -> None:
    assert discoveries([0.01, 0.02, 0.03, 0.9]) == (True, True, True, False)
    assert discoveries([0.03, 0.9, 0.9, 0.9]) == (False, False, False, False)
    assert discoveries([]) == ()


@pytest.mark.parametrize("bad", [math.nan, -0.1, 1.1, math.inf])
def test_what_is_no_probability_is_refused(bad: float) -> None:
    with pytest.raises(FiguresError, match="no probability"):
        holm([0.1, bad])
    with pytest.raises(FiguresError, match="no probability"):
        discoveries([bad])


def test_the_others_alarms_leave_a_noisy_model_more_of_the_error() -> None:
    certain = replace(NOISY, word="REGRESSED", p=0.0001)
    family = {"one": certain, "two": certain, "three": NOISY, "other phone": incomparable("phone")}

    words = {name: verdict.word for name, verdict in settled(family, RULES).items()}

    assert words == {
        "one": "REGRESSED",
        "two": "REGRESSED",
        "three": "REGRESSED",
        "other phone": "INCOMPARABLE",
    }
    assert settled({"three": NOISY, "four": NOISY, "five": NOISY}, RULES)["three"].word == "NOISY"


def test_a_noisy_model_becomes_what_its_ratio_says() -> None:
    values = {"slower": 1.05, "faster": 0.95, "neither": 1.005}
    family = {
        name: replace(NOISY, ratio=Estimate(value=value, low=0.9, high=1.1), p=1e-4)
        for name, value in values.items()
    }

    words = [verdict.word for verdict in settled(family, RULES).values()]

    assert words == ["REGRESSED", "IMPROVED", "NOISY"]


def test_an_alarm_of_one_among_twenty_models_needs_a_twentieth_of_the_error() -> None:
    alone = replace(NOISY, word="REGRESSED", p=0.005)
    others = {str(number): replace(NOISY, word="SAME", p=1.0) for number in range(19)}

    assert settled({"alone": alone}, RULES)["alone"].word == "REGRESSED"
    assert settled({"alone": alone, **others}, RULES)["alone"].word == "NOISY"


def test_models_that_share_a_plan_keep_their_verdicts_when_all_are_there() -> None:
    rules = replace(RULES, plan=shared(LONG, 20))
    chance = np.random.default_rng(2)
    family = {}
    for number in range(20):
        change = 0.05 if number < 3 else 0.0
        verdict = judge(chance.normal(change, 0.02, 80), rules, seed=f"model {number}")
        assert verdict is not None
        family[str(number)] = verdict

    words = [verdict.word for verdict in settled(family, rules).values()]

    assert words == ["REGRESSED"] * 3 + ["SAME"] * 17
    assert [verdict.word for verdict in family.values()] == words

from hypothesis import given
from hypothesis import strategies as some

from sideload.measure.gate.conditions import refused, unlike
from sideload.measure.gate.verdict import Verdict
from tests.protocols.adb.any import QUICK

PHONE = {"device": "Pixel 8", "threads": 4, "inputs": "ab12"}
CONDITIONS = some.dictionaries(some.text(max_size=3), some.integers(0, 2) | some.none(), max_size=4)


def test_measurements_under_the_same_conditions_are_compared() -> None:
    assert unlike(PHONE, dict(PHONE)) == ()
    assert refused(PHONE, dict(PHONE)) is None


def test_whatever_differs_is_named_with_both_values_and_nothing_is_computed() -> None:
    other = {"device": "Pixel 8", "threads": 2, "charging": True}

    assert refused(PHONE, other) == Verdict(
        word="INCOMPARABLE",
        reasons=(
            "threads is 4 and 2",
            "inputs is 'ab12' and unknown",
            "charging is unknown and True",
        ),
    )


@QUICK
@given(CONDITIONS, CONDITIONS)
def test_two_measurements_are_alike_only_if_nothing_differs(
    one: dict[str, int | None], other: dict[str, int | None]
) -> None:
    assert (unlike(one, other) == ()) == (one == other)
    assert len(unlike(one, other)) == len(unlike(other, one))

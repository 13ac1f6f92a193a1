from collections.abc import Sequence

import numpy as np
import pytest

from sideload.errors import InputsError, ParityError
from sideload.measure import limits, parity
from sideload.measure.differences import differences
from sideload.values import Metric, Parity

RANDOM = np.random.default_rng(0)
WANTED = [(RANDOM.normal(size=(1, 8)).astype(np.float32),) for _ in range(4)]
INT8 = limits.default("int8")


def altered(sample: int, answer: np.ndarray) -> Sequence[tuple[np.ndarray, ...]]:
    return [*WANTED[:sample], (answer,), *WANTED[sample + 1 :]]


def found(got: Sequence[tuple[np.ndarray, ...]]) -> Parity:
    return parity.compare(["scores"], WANTED, got, data="random rows")


def refusal(got: Sequence[tuple[np.ndarray, ...]]) -> str:
    details = differences(["scores"], WANTED, got)
    measured = parity.summary(details, len(WANTED), data="random rows")
    with pytest.raises(ParityError) as caught:
        parity.check(measured, INT8, subject="toy at int8", details=details, remedy="--precision x")
    return str(caught.value)


def test_equal_answers_have_no_error_at_all() -> None:
    same = found([(w.copy(),) for (w,) in WANTED])

    assert same.cosine == pytest.approx(1.0)
    assert (same.max_abs_error, same.sqnr_db, same.samples) == (0.0, float("inf"), 4)
    assert same.data == "random rows"


def test_the_figures_are_those_of_the_textbook() -> None:
    wanted = [(np.array([3.0, 4.0], np.float32),), (np.array([0.0, 5.0], np.float32),)]
    got = [(np.array([4.0, 3.0], np.float32),), (np.array([0.0, 5.0], np.float32),)]

    figures = parity.compare(["y"], wanted, got, data="d")

    assert figures.cosine == pytest.approx(24 / 25)
    assert figures.max_abs_error == 1.0
    assert figures.sqnr_db == pytest.approx(10 * np.log10(50 / 2))


def test_one_bad_sample_among_good_ones_decides_the_cosine() -> None:
    figures = found(altered(2, -WANTED[2][0]))

    assert figures.cosine == pytest.approx(-1.0)


def test_the_worst_output_decides_and_is_named() -> None:
    good, bad = WANTED[0][0], -WANTED[0][0]
    details = differences(["a", "b"], [(good, good)], [(good, bad)])
    measured = parity.summary(details, 1, data="d")

    with pytest.raises(ParityError, match="output 'b': cosine -1") as caught:
        parity.check(measured, INT8, subject="toy", details=details)

    assert "'a'" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (np.full((1, 8), np.nan, np.float32), "has NaN where PyTorch has none"),
        (np.full((1, 8), np.inf, np.float32), "infinite in other places"),
        (WANTED[1][0].astype(np.float16), r"is float16[1, 8] where PyTorch gives float32[1, 8]"),
        (WANTED[1][0].reshape(8), r"is float32[8] where PyTorch gives float32[1, 8]"),
    ],
    ids=["nan", "infinity", "dtype", "shape"],
)
def test_what_cannot_be_compared_is_as_bad_as_can_be(answer: np.ndarray, reason: str) -> None:
    got = altered(1, answer)
    figures = found(got)

    assert (figures.cosine, figures.max_abs_error) == (-1.0, float("inf"))
    assert figures.sqnr_db == float("-inf")
    assert reason in refusal(got)
    assert "sample 1" in refusal(got)


def test_a_single_nan_fails_even_where_pytorch_has_it_too() -> None:
    broken = WANTED[0][0].copy()
    broken[0, 3] = np.nan
    details = differences(["y"], [(broken,)], [(broken,)])

    assert details[0].fault == "is NaN in PyTorch itself"
    with pytest.raises(ParityError):
        parity.check(parity.summary(details, 1, data="d"), INT8, subject="toy", details=details)


def test_a_nan_figure_is_refused() -> None:
    measured = Parity(cosine=float("nan"), max_abs_error=0, sqnr_db=90, samples=1, data="d")

    with pytest.raises(ParityError, match="cosine nan"):
        parity.check(measured, INT8, subject="toy")


def test_masks_that_are_infinite_on_both_sides_agree() -> None:
    masked = np.array([[1.0, -np.inf, 2.0]], np.float32)
    figures = parity.compare(["y"], [(masked,)], [(masked.copy(),)], data="d")

    assert figures.cosine == pytest.approx(1.0)
    assert figures.max_abs_error == 0.0


def test_a_missing_sample_and_a_missing_output_are_faults() -> None:
    assert "is missing (sample 3)" in refusal(WANTED[:3])
    assert "is missing (sample 0)" in refusal([(), *WANTED[1:]])


def test_nothing_agrees_with_nothing_and_not_with_something() -> None:
    zeros, ones = np.zeros((1, 8), np.float32), np.ones((1, 8), np.float32)

    assert parity.compare(["y"], [(zeros,)], [(zeros,)], data="d").cosine == 1.0
    assert parity.compare(["y"], [(ones,)], [(zeros,)], data="d").cosine == 0.0
    assert parity.compare(["y"], [(zeros,)], [(ones,)], data="d").sqnr_db == float("-inf")


def test_dust_on_a_sample_that_is_zero_in_pytorch_has_no_direction_to_compare() -> None:
    zeros, ones = np.zeros(8, np.float32), np.ones(8, np.float32)
    figures = parity.compare(["y"], [(zeros,), (ones,)], [(zeros + 1e-9,), (ones,)], data="d")

    assert figures.cosine == pytest.approx(1.0)


def test_an_empty_output_agrees_with_an_empty_output() -> None:
    empty = np.zeros((0, 4), np.float32)

    assert parity.compare(["y"], [(empty,)], [(empty,)], data="d").cosine == 1.0


def test_samples_of_different_lengths_are_compared_one_by_one() -> None:
    wanted = [(np.ones((1, n), np.float32),) for n in (3, 7)]
    got = [(w * 1.5,) for (w,) in wanted]
    figures = parity.compare(["y"], wanted, got, data="d")

    assert figures.max_abs_error == 0.5
    assert figures.sqnr_db == pytest.approx(20 * np.log10(2))


@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
def test_integers_are_compared_exactly(dtype: str) -> None:
    wanted = np.array([0, 1, 1, 0], dtype)
    got = np.array([0, 1, 1, 1], dtype)
    details = differences(["classes"], [(wanted,)], [(got,)])

    assert details[0].cosine == 0.75
    assert details[0].max_abs_error == 1.0
    with pytest.raises(ParityError, match=r"cosine 0\.75"):
        parity.check(parity.summary(details, 1, data="d"), INT8, subject="toy", details=details)


def test_a_difference_of_64_bit_integers_does_not_wrap() -> None:
    low, high = np.array([-(2**63)]), np.array([2**63 - 1])

    assert parity.compare(["n"], [(low,)], [(high,)], data="d").max_abs_error == 2.0**64


def test_no_samples_prove_nothing() -> None:
    with pytest.raises(InputsError, match="nothing can be proven"):
        parity.compare(["y"], [], [], data="none")


def test_a_refusal_says_what_how_much_against_which_limit_and_what_to_try() -> None:
    text = refusal([(-w,) for (w,) in WANTED])

    assert "toy at int8 does not agree with PyTorch on 4 samples of random rows" in text
    assert "output 'scores': cosine -1.00000 (limit 0.98), SQNR -6.0 dB (limit 12 dB)" in text
    assert "maximum error" in text
    assert text.endswith("try: --precision x")


def test_good_answers_pass() -> None:
    parity.check(found([(w + np.float32(1e-3),) for (w,) in WANTED]), INT8, subject="toy")


def test_accuracy_counts_the_samples_whose_class_is_right() -> None:
    answers = [(np.array([[0.1, 0.9]], np.float32),), (np.array([0.8, 0.2], np.float32),)]

    assert parity.accuracy(answers, [1, 1]) == 0.5


def test_an_answer_of_nan_is_never_right() -> None:
    assert parity.accuracy([(np.array([[np.nan, 0.0]], np.float32),)], [0]) == 0.0


@pytest.mark.parametrize("expected", [[], [1, 0]])
def test_accuracy_needs_one_label_for_each_sample(expected: list[int]) -> None:
    with pytest.raises(InputsError, match=f"{len(expected)} expected classes for 1 samples"):
        parity.accuracy([(np.zeros((1, 2), np.float32),)], expected)


@pytest.mark.parametrize(("value", "passes"), [(0.94, True), (0.93, False), (float("nan"), False)])
def test_the_tasks_own_figure_may_lose_no_more_than_its_limit(value: float, passes: bool) -> None:
    metric = Metric(name="accuracy", reference=0.95, value=value, count=360)
    measured = parity.compare(["y"], WANTED, WANTED, data="digits", metric=metric)

    if passes:
        parity.check(measured, INT8, subject="digits")
    else:
        with pytest.raises(ParityError, match="over 360 samples"):
            parity.check(measured, INT8, subject="digits")


@pytest.mark.parametrize("precision", ["float32", "float16", "int8", "int4"])
def test_every_precision_has_limits(precision: str) -> None:
    assert 0.9 <= limits.default(precision).cosine < 1.0

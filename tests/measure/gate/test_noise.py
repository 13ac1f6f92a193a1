import numpy as np
import pytest

from tests.measure.gate import noise
from tests.measure.gate.luck import LUCK, least, most

# Per cent: the coefficient of variation of iterations, and the spread of log ratios of neighbours.
FACTS = {
    "quiet": (0.8, 0.5),
    "good": (2.8, 1.3),
    "typical": (6.7, 3.4),
    "rough": (13.6, 7.0),
    "awful": (30.5, 14.8),
    "offsets of processes": (7.3, 7.1),
    "drift": (8.9, 3.2),
    "throttling": (15.6, 6.6),
    "two kinds of cores": (22.9, 28.5),
    "steps of frequency": (12.3, 13.9),
}


@pytest.mark.parametrize("name", noise.CLASSES)
def test_each_class_of_noise_is_as_large_as_it_was_found_to_be(name: str) -> None:
    logs = noise.times(noise.CLASSES[name], 40, 40, np.random.default_rng(3), iterations=40)
    times = np.exp(logs).reshape(40, -1)
    variation = float(np.mean(times.std(axis=1) / times.mean(axis=1)))
    middles = np.median(logs, axis=2)
    spread = float((middles[:, 1::2] - middles[:, ::2]).std())

    assert 100 * variation == pytest.approx(FACTS[name][0], rel=0.25)
    assert 100 * spread == pytest.approx(FACTS[name][1], rel=0.25)


def test_a_bound_on_luck_is_passed_by_luck_once_in_100_000_runs_at_most() -> None:
    found = np.random.default_rng(1).binomial(2000, 0.01, 1_000_000)

    assert np.mean(found > most(2000, 0.01)) <= 3 * LUCK
    assert np.mean(2000 - found < least(2000, 0.99)) <= 3 * LUCK
    assert most(2000, 0.01) < 50

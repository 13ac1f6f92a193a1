"""The typical process's percentile with an interval, of one build in one session.

Iterations of one process are not independent, so that an interval of all of them pooled holds the
truth in a fifth of all cases where it claims 95 %; processes are, or nearly so. What it cannot
know is how the device will be another day.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import stats

from sideload.errors import FiguresError
from sideload.measure.gate.estimate import CONFIDENCE, Estimate
from sideload.measure.gate.pairs import REMEDY, Floats

FEWEST: Final = 2


def typical(
    processes: Sequence[Sequence[float]] | Floats,
    quantile: float,
    *,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """The geometric mean of each process's quantile, in the unit of the times.

    A 99th percentile wants 400 times of each process. With 200, and a spike in one of 300, a
    process has either none or some, and the interval holds the truth in 90 % instead of 95 %.

    Args:
        processes: The times of each process after its warm-up; not all need have as many.
        quantile: Such as 0.9 for the 90th percentile.
        confidence: How often the interval holds the truth.

    Raises:
        FiguresError: There are fewer than two processes, or one has no time above zero.
    """
    if len(processes) < FEWEST:
        raise FiguresError(
            f"{len(processes)} processes say nothing of how processes differ",
            remedy="measure in ten processes or more",
        )
    logs = np.array([_log(times, quantile) for times in processes])
    mean = float(logs.mean())
    low, high = mean, mean
    if np.ptp(logs):
        low, high = stats.ttest_1samp(logs, 0.0).confidence_interval(confidence)
    with np.errstate(over="ignore"):
        value, least, most = (float(np.exp(log)) for log in (mean, low, high))
    return Estimate(value=value, low=least, high=most)


def _log(times: Sequence[float] | Floats, quantile: float) -> float:
    given = np.asarray(times, dtype=np.float64)
    if not given.size or not np.isfinite(given).all() or given.min() <= 0:
        raise FiguresError("a process has no times, or one that is not above zero", remedy=REMEDY)
    return float(np.log(np.quantile(given, quantile)))

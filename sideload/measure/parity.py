"""Whether an artifact's answers are near enough to PyTorch's.

Comparisons are written so that NaN fails: `not value >= limit`, never `value < limit`.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from sideload.errors import InputsError, ParityError
from sideload.measure.differences import Answers, Array, Difference, differences
from sideload.values import Limits, Metric, Parity

REMEDY: Final = "--precision float16 or float32, or real inputs by --inputs FILE.npz"
ROUNDING: Final = 1e-9  # 0.95 - 0.94 is a little more than 0.01


def compare(
    names: Sequence[str],
    reference: Sequence[Answers],
    got: Sequence[Answers],
    *,
    data: str,
    metric: Metric | None = None,
) -> Parity:
    """The worst of `differences` over all outputs.

    Raises:
        InputsError: There are no samples, which would prove nothing.
    """
    return summary(differences(names, reference, got), len(reference), data=data, metric=metric)


def summary(
    details: Sequence[Difference], samples: int, *, data: str, metric: Metric | None = None
) -> Parity:
    """The worst of `details`, each figure by itself."""
    return Parity(
        cosine=min(d.cosine for d in details),
        max_abs_error=max(d.max_abs_error for d in details),
        sqnr_db=min(d.sqnr_db for d in details),
        samples=samples,
        data=data,
        metric=metric,
    )


def accuracy(answers: Sequence[Answers], expected: Sequence[int]) -> float:
    """The share of samples whose first output is greatest at the expected class.

    Args:
        answers: First outputs hold one row of scores each, shape `(classes,)` or `(1, classes)`.
        expected: One class index for each sample.

    Raises:
        InputsError: No labels, or not one for each sample.
    """
    if not expected or len(expected) != len(answers):
        raise InputsError(
            f"there are {len(expected)} expected classes for {len(answers)} samples",
            remedy="give one class index for each evaluation sample",
        )
    right = sum(_class(a[0]) == e for a, e in zip(answers, expected, strict=True))
    return right / len(expected)


def _class(scores: Array) -> int:
    # numpy's argmax is drawn to NaN, which must never count as an answer.
    return -1 if np.isnan(scores).any() else int(np.argmax(scores))


def check(
    parity: Parity,
    limits: Limits,
    *,
    subject: str,
    details: Sequence[Difference] = (),
    remedy: str = REMEDY,
) -> None:
    """Refuse an artifact that is not near enough.

    Args:
        parity: What was measured.
        limits: What must be reached.
        subject: What the message calls the artifact, such as "minilm at int8 (pt2e_dynamic)".
        details: What `differences` found; with them the message names the output and the sample.
        remedy: What to type next.

    Raises:
        ParityError: It says which output misses which limit and by how much.
    """
    faults = [f"output {d.output!r} {d.fault} (sample {d.sample})" for d in details if d.fault]
    faults += [_sentence(d, limits) for d in details if not d.fault and _misses(d, limits)]
    if not faults and _misses(parity, limits):
        faults.append(_figures(parity.cosine, parity.sqnr_db, limits))
    loss = 0.0 if parity.metric is None else parity.metric.reference - parity.metric.value
    if parity.metric is not None and not loss <= limits.metric_loss + ROUNDING:
        faults.append(_loss(parity.metric, limits))
    if faults:
        raise ParityError(
            f"{subject} does not agree with PyTorch on {parity.samples} samples of "
            f"{parity.data}:\n  " + "\n  ".join(faults),
            remedy=remedy,
        )


def _misses(figures: Difference | Parity, limits: Limits) -> bool:
    return not (figures.cosine >= limits.cosine and figures.sqnr_db >= limits.sqnr_db)


def _sentence(difference: Difference, limits: Limits) -> str:
    return (
        f"output {difference.output!r}: "
        f"{_figures(difference.cosine, difference.sqnr_db, limits)}, "
        f"maximum error {difference.max_abs_error:.3g}, worst at sample {difference.sample}"
    )


def _figures(cosine: float, sqnr_db: float, limits: Limits) -> str:
    return (
        f"cosine {cosine:.5f} (limit {limits.cosine:g}), "
        f"SQNR {sqnr_db:.1f} dB (limit {limits.sqnr_db:g} dB)"
    )


def _loss(metric: Metric, limits: Limits) -> str:
    lost = 100 * (metric.reference - metric.value)
    return (
        f"{metric.name} {100 * metric.value:.1f} %, {lost:.1f} points below PyTorch's "
        f"{100 * metric.reference:.1f} % over {metric.count} samples "
        f"(limit {100 * limits.metric_loss:.1f} points)"
    )

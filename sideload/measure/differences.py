"""How far each output's answers are from PyTorch's; what cannot be compared is as far as can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from sideload.errors import InputsError

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Answers: TypeAlias = tuple[Array, ...]
# A vector this small beside the output's largest counts as zero, which has no direction.
NEGLIGIBLE: Final = 1e-6
TEXT: Final = "string"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One output's distance from PyTorch's, the worst over its samples.

    `sample` is the index of the sample with the least cosine. `fault` is empty, or says why the
    answers cannot be compared at all; the figures are then the worst there are. Outputs of integers
    and texts have the share of equal elements for their cosine, and no part in the SQNR.
    """

    output: str
    cosine: float
    max_abs_error: float
    sqnr_db: float
    sample: int = 0
    fault: str = ""


def differences(
    names: Sequence[str], reference: Sequence[Answers], got: Sequence[Answers]
) -> tuple[Difference, ...]:
    """One difference for each output, in order.

    Args:
        names: One for each output.
        reference: PyTorch's answers: one tuple for each sample, one array for each output.
        got: The artifact's answers to the same samples.

    Raises:
        InputsError: There are no samples, which would prove nothing.
    """
    if not reference:
        raise InputsError(
            "there are no evaluation inputs, so nothing can be proven",
            remedy="give real inputs by --inputs FILE.npz, or as `evaluation` of the subject",
        )
    return tuple(
        _difference(name, [answers[index] for answers in reference], _column(got, index))
        for index, name in enumerate(names)
    )


def _column(answers: Sequence[Answers], index: int) -> list[Array | None]:
    return [given[index] if index < len(given) else None for given in answers]


def _difference(name: str, wanted: Sequence[Array], got: Sequence[Array | None]) -> Difference:
    for sample, right in enumerate(wanted):
        fault = _fault(right, got[sample] if sample < len(got) else None)
        if fault:
            return _worst(name, sample, fault)
    pairs = [(w, g) for w, g in zip(wanted, got, strict=True) if g is not None]
    if wanted[0].dtype.kind == "f":
        return _floats(name, pairs)
    return _integers(name, pairs)


def _worst(name: str, sample: int, fault: str) -> Difference:
    return Difference(
        output=name,
        cosine=-1.0,
        max_abs_error=float("inf"),
        sqnr_db=float("-inf"),
        sample=sample,
        fault=fault,
    )


def _fault(wanted: Array, got: Array | None) -> str:
    """Why the two cannot be compared, or an empty text."""
    if got is None:
        return "is missing"
    if (_dtype(wanted), wanted.shape) != (_dtype(got), got.shape):
        return f"is {_kind(got)} where PyTorch gives {_kind(wanted)}"
    return _not_finite(wanted, got) if wanted.dtype.kind == "f" else ""


def _not_finite(wanted: Array, got: Array) -> str:
    if np.isnan(wanted).any():
        return "is NaN in PyTorch itself"
    if np.isnan(got).any():
        return "has NaN where PyTorch has none"
    # Masks are often infinite; what is infinite on both sides agrees.
    endless = np.isinf(wanted) | np.isinf(got)
    if not np.array_equal(wanted[endless], got[endless]):
        return "is infinite in other places than PyTorch's"
    return ""


def _kind(array: Array) -> str:
    return f"{_dtype(array)}{list(array.shape)}"


def _dtype(array: Array) -> str:
    """Its name; texts have one, however long they are."""
    return TEXT if array.dtype.kind == "U" else str(array.dtype)


def _integers(name: str, pairs: Sequence[tuple[Array, Array]]) -> Difference:
    """Exact: `cosine` is the share of equal elements."""
    shares = [float(np.mean(w == g)) if w.size else 1.0 for w, g in pairs]
    # Integers overflow in a subtraction, so it is done in float64; texts are equal, or 1 apart.
    errors = [
        (w != g).astype(np.float64)
        if w.dtype.kind == "U"
        else np.abs(g.astype(np.float64) - w.astype(np.float64))
        for w, g in pairs
    ]
    return Difference(
        output=name,
        cosine=min(shares),
        max_abs_error=max(float(error.max(initial=0.0)) for error in errors),
        sqnr_db=float("inf"),
        sample=int(np.argmin(shares)),
    )


def _floats(name: str, pairs: Sequence[tuple[Array, Array]]) -> Difference:
    finite = [_finite(w, g) for w, g in pairs]
    zero = NEGLIGIBLE * max(float(np.linalg.norm(w)) for w, _ in finite)
    cosines = [_cosine(w, g, zero) for w, g in finite]
    signal = sum(float(w @ w) for w, _ in finite)
    error = sum(float((g - w) @ (g - w)) for w, g in finite)
    return Difference(
        output=name,
        cosine=min(cosines),
        max_abs_error=max(float(np.abs(g - w).max(initial=0.0)) for w, g in finite),
        sqnr_db=_decibels(signal, error),
        sample=int(np.argmin(cosines)),
    )


def _finite(wanted: Array, got: Array) -> tuple[Array, Array]:
    """Both as flat float64, without the elements that are infinite on both sides."""
    kept = np.isfinite(wanted)
    return wanted[kept].astype(np.float64), got[kept].astype(np.float64)


def _cosine(wanted: Array, got: Array, zero: float) -> float:
    """Similarity in [-1, 1]; nothing agrees with nothing, and not with something."""
    norms = float(np.linalg.norm(wanted)), float(np.linalg.norm(got))
    if max(norms) <= zero:
        return 1.0
    if min(norms) == 0.0:
        return 0.0
    return float(np.clip((wanted / norms[0]) @ (got / norms[1]), -1.0, 1.0))


def _decibels(signal: float, error: float) -> float:
    if error == 0.0:
        return float("inf")
    return 10.0 * float(np.log10(signal / error)) if signal > 0.0 else float("-inf")

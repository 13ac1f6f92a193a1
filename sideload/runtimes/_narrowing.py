"""What to try where `torch.export` does not keep an axis open as far as it was asked to."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sideload.errors import CaptureError, OpenAxisError
from sideload.values import Dimension, Subject

if TYPE_CHECKING:
    from sideload.values import Arrays

# Models that slice or shift along an axis need a few elements of it.
RAISED_MINIMUM: Final = 4


@dataclass(frozen=True, kw_only=True)
class Retry:
    """One more attempt: the subject to trace, whether by its bytecode, and what was given up."""

    subject: Subject
    strict: bool = False
    note: str = ""


def retries(subject: Subject, refusal: CaptureError) -> Iterator[Retry]:
    """What to try after `refusal` of `subject`, in order; each gives up a little more."""
    named = _violated(refusal)
    if named:
        axes = ", ".join(sorted(named))
        yield Retry(
            subject=_changed(subject, named, _raised),
            note=f"{axes} is at least {RAISED_MINIMUM}: the model does not take less",
        )
        yield Retry(
            subject=_changed(subject, named, _fixed),
            note=f"{axes} is fixed: the model does not leave it open",
        )
    yield Retry(subject=subject, strict=True)
    if subject.dynamic:
        last = closed(subject)
        yield last
        yield dataclasses.replace(last, strict=True)


def closed(subject: Subject) -> Retry:
    """The attempt that gives up every open axis."""
    return Retry(
        subject=dataclasses.replace(subject, dynamic={}),
        note="all axes are fixed: the model computes with sizes that are open otherwise",
    )


def _violated(error: CaptureError) -> frozenset[str]:
    found = re.search(r"Constraints violated \(([^)]*)\)", str(error))
    return frozenset(re.findall(r"\w+", found[1])) if found else frozenset()


def _raised(size: int, dim: Dimension) -> Dimension | None:
    return dataclasses.replace(dim, min=RAISED_MINIMUM) if size >= RAISED_MINIMUM else None


def _fixed(_size: int, _dim: Dimension) -> Dimension | None:
    return None


def _changed(
    subject: Subject,
    names: frozenset[str],
    change: Callable[[int, Dimension], Dimension | None],
) -> Subject:
    """`subject` with the open axes of these names changed, or fixed where `change` gives None."""
    made: dict[str, dict[int, Dimension]] = {}
    for name, axes in subject.dynamic.items():
        shape = subject.examples[name].shape
        kept = {
            axis: change(shape[axis], dim) if dim.name in names else dim
            for axis, dim in axes.items()
        }
        made[name] = {axis: dim for axis, dim in kept.items() if dim is not None}
    return dataclasses.replace(subject, dynamic={name: axes for name, axes in made.items() if axes})


def fitting(traced: Subject) -> Subject:
    """`traced` with those of its samples that its axes still take.

    Raises:
        OpenAxisError: None of its evaluation inputs is of that shape.
    """
    chosen = [n for n, sample in enumerate(traced.evaluation) if _fits(traced, sample)]
    if traced.evaluation and not chosen:
        raise OpenAxisError(
            f"{traced.name} cannot keep its axes open, and none of its evaluation inputs has the "
            "shape of its example",
            remedy="set `dynamic: false` in the target, or give --inputs FILE.npz of that shape",
        )
    return dataclasses.replace(
        traced,
        calibration=tuple(sample for sample in traced.calibration if _fits(traced, sample)),
        evaluation=tuple(traced.evaluation[n] for n in chosen),
        expected=tuple(traced.expected[n] for n in chosen) if traced.expected else (),
    )


def _fits(subject: Subject, sample: "Arrays") -> bool:
    return all(
        _size_fits(sample[name].shape[axis], size, subject.dynamic.get(name, {}).get(axis))
        for name, example in subject.examples.items()
        for axis, size in enumerate(example.shape)
    )


def _size_fits(given: int, example: int, dim: Dimension | None) -> bool:
    if dim is None:
        return given == example
    return dim.min <= given and (dim.max is None or given <= dim.max)

"""Sizes that are chosen at run time, and which input's array tells them; what languages share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.values import Dimension, TensorSpec

# ExecuTorch counts an axis in 32 bits, and so do arrays of the JVM: no axis is ever longer.
LONGEST: Final = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Said:
    """The size of an axis: elements of the input at `index`, divided by each of the `others`.

    Other sizes are numbers, or names of axes that are known by then.
    """

    index: int
    others: tuple[int | str, ...]


def dimensions(specs: Sequence[TensorSpec]) -> dict[str, Dimension]:
    """Every axis of run time by name, in order; where two bounds differ, the narrower ones."""
    found: dict[str, Dimension] = {}
    for size in (size for spec in specs for size in spec.shape if isinstance(size, Dimension)):
        known = found.get(size.name, size)
        most = min(known.max or LONGEST, size.max or LONGEST)
        found[size.name] = Dimension(name=size.name, min=max(known.min, size.min), max=most)
    return found


def said(specs: Sequence[TensorSpec]) -> Mapping[str, Said | None]:
    """For each axis of the inputs `specs` in order: what tells its size, or None."""
    found: dict[str, Said | None] = {}
    for border in dimensions(specs):
        found[border] = _said(border, specs, found)
    return found


def _said(border: str, specs: Sequence[TensorSpec], known: Collection[str]) -> Said | None:
    for index, spec in enumerate(specs):
        sizes = [size.name if isinstance(size, Dimension) else size for size in spec.shape]
        others = tuple(size for size in sizes if size != border)
        says_it = sizes.count(border) == 1 and 0 not in others
        if says_it and all(isinstance(other, int) or other in known for other in others):
            return Said(index=index, others=others)
    return None

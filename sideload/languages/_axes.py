"""Sizes that are chosen at run time, and which input's array tells them; what languages share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.languages import Identifier
from sideload.languages._text import Code, Text
from sideload.values import Dimension, TensorSpec

# ExecuTorch counts an axis in 32 bits, and so do arrays of the JVM: no axis is ever longer.
LONGEST: Final = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis of run time: its name in the code and in the model, its bounds in elements.

    `default` computes it from how many elements an input has; it is empty where none says it
    alone.
    """

    name: Identifier
    border: Text
    least: int
    most: int
    default: Code


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How a language asks an input for its `count`, and an axis for a size that is `least` 1."""

    count: str
    least: str


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


def axes(
    specs: Sequence[TensorSpec],
    inputs: Sequence[Identifier],
    names: Mapping[str, Identifier],
    wording: Wording,
) -> tuple[Axis, ...]:
    """The axes of the inputs `specs`, which the code calls `inputs`; `names` are the axes' own."""
    bounds = dimensions(specs)
    return tuple(
        Axis(
            name=names[border],
            border=Text(border),
            least=bounds[border].min,
            most=bounds[border].max or LONGEST,
            default=_default(told, inputs, names, wording),
        )
        for border, told in said(specs).items()
    )


def _default(
    told: Said | None,
    inputs: Sequence[Identifier],
    names: Mapping[str, Identifier],
    wording: Wording,
) -> Code:
    if told is None:
        return Code("")
    # Bounds are checked only after the defaults have been computed.
    divisors = [
        str(size) if isinstance(size, int) else wording.least.format(names[size])
        for size in told.others
    ]
    counted = wording.count.format(inputs[told.index])
    return Code(counted + "".join(f" / {one}" for one in divisors if one != "1"))


def _said(border: str, specs: Sequence[TensorSpec], known: Collection[str]) -> Said | None:
    for index, spec in enumerate(specs):
        sizes = [size.name if isinstance(size, Dimension) else size for size in spec.shape]
        others = tuple(size for size in sizes if size != border)
        says_it = sizes.count(border) == 1 and 0 not in others
        if says_it and all(isinstance(other, int) or other in known for other in others):
            return Said(index=index, others=others)
    return None

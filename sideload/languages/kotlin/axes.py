"""Sizes that are chosen at run time, as parameters of generated Kotlin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.languages import Identifier
from sideload.languages._text import Code, Text
from sideload.languages.kotlin.text import literal
from sideload.values import Dimension, TensorSpec


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis of run time: its parameter, its name in the model, its bounds in elements.

    `default` computes it from the size of an input's array; it is empty where none says it alone.
    """

    name: Identifier
    border: Text
    least: int
    most: int
    default: Code


# Arrays of the JVM have at most so many elements, so no axis is ever longer.
LONGEST: Final = 2**31 - 1


def dimensions(specs: Sequence[TensorSpec]) -> dict[str, Dimension]:
    """Every axis of run time by name, in order; where two bounds differ, the narrower ones."""
    found: dict[str, Dimension] = {}
    for size in (size for spec in specs for size in spec.shape if isinstance(size, Dimension)):
        known = found.get(size.name, size)
        most = min(known.max or LONGEST, size.max or LONGEST)
        found[size.name] = Dimension(name=size.name, min=max(known.min, size.min), max=most)
    return found


def axes(
    specs: Sequence[TensorSpec], inputs: Sequence[Identifier], names: Mapping[str, Identifier]
) -> tuple[Axis, ...]:
    """The axes of the inputs `specs`, whose parameters are called `inputs`."""
    known: list[str] = []
    found = []
    for border, dimension in dimensions(specs).items():
        found.append(
            Axis(
                name=names[border],
                border=Text(border),
                least=dimension.min,
                most=dimension.max or LONGEST,
                default=_default(border, known, specs, inputs, names),
            )
        )
        known.append(border)
    return tuple(found)


def elements(spec: TensorSpec, names: Mapping[str, Identifier]) -> Code:
    """An expression for how many elements a tensor has."""
    sizes = [_size(size, names) for size in spec.shape]
    return Code(f"sideloadElements({', '.join([literal(spec.name), *sizes])})")


def shape(spec: TensorSpec, names: Mapping[str, Identifier]) -> Code:
    """An expression for the shape of a tensor."""
    return Code(f"longArrayOf({', '.join(_size(size, names) for size in spec.shape)})")


def _size(size: int | Dimension, names: Mapping[str, Identifier]) -> str:
    return f"{size}L" if isinstance(size, int) else f"{names[size.name]}.toLong()"


def _default(
    border: str,
    known: Sequence[str],
    specs: Sequence[TensorSpec],
    inputs: Sequence[Identifier],
    names: Mapping[str, Identifier],
) -> Code:
    for spec, array in zip(specs, inputs, strict=True):
        sizes = [size.name if isinstance(size, Dimension) else size for size in spec.shape]
        others = [size for size in sizes if size != border]
        says_it = sizes.count(border) == 1 and 0 not in others
        if says_it and all(isinstance(other, int) or other in known for other in others):
            divisors = [_divisor(other, names) for other in others]
            return Code(f"{array}.size" + "".join(f" / {one}" for one in divisors if one != "1"))
    return Code("")


def _divisor(size: int | str, names: Mapping[str, Identifier]) -> str:
    # Its bounds are checked only after the defaults have been computed.
    return str(size) if isinstance(size, int) else f"{names[size]}.coerceAtLeast(1)"

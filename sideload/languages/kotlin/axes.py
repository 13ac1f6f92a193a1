"""Sizes that are chosen at run time, as parameters of generated Kotlin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sideload.languages import Identifier, _axes
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


def axes(
    specs: Sequence[TensorSpec], inputs: Sequence[Identifier], names: Mapping[str, Identifier]
) -> tuple[Axis, ...]:
    """The axes of the inputs `specs`, whose parameters are called `inputs`."""
    bounds = _axes.dimensions(specs)
    return tuple(
        Axis(
            name=names[border],
            border=Text(border),
            least=bounds[border].min,
            most=bounds[border].max or _axes.LONGEST,
            default=_default(said, inputs, names),
        )
        for border, said in _axes.said(specs).items()
    )


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
    said: _axes.Said | None, inputs: Sequence[Identifier], names: Mapping[str, Identifier]
) -> Code:
    if said is None:
        return Code("")
    divisors = [_divisor(other, names) for other in said.others]
    counted = f"{inputs[said.index]}.size"
    return Code(counted + "".join(f" / {one}" for one in divisors if one != "1"))


def _divisor(size: int | str, names: Mapping[str, Identifier]) -> str:
    # Its bounds are checked only after the defaults have been computed.
    return str(size) if isinstance(size, int) else f"{names[size]}.coerceAtLeast(1)"

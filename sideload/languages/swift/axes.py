"""Sizes that are chosen at run time, as properties of generated Swift's inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sideload.languages import Identifier, _axes
from sideload.languages._text import Code, Text
from sideload.values import Dimension, TensorSpec


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis of run time: its property, its name in the model, its bounds in elements.

    `default` computes it from the number of an input's elements; it is empty where none says it
    alone.
    """

    name: Identifier
    border: Text
    least: int
    most: int
    default: Code


def axes(
    specs: Sequence[TensorSpec], inputs: Sequence[Identifier], names: Mapping[str, Identifier]
) -> tuple[Axis, ...]:
    """The axes of the inputs `specs`, whose properties are called `inputs`."""
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


def shape(spec: TensorSpec, names: Mapping[str, Identifier]) -> Code:
    """An expression for the shape of a tensor, where `input` is in reach.

    It is empty for an output with an axis that no input has.
    """
    sizes = [_size(size, names) for size in spec.shape]
    return Code(f"[{', '.join(sizes)}]" if all(sizes) else "")


def _size(size: int | Dimension, names: Mapping[str, Identifier]) -> str:
    if isinstance(size, int):
        return str(size)
    return f"input.{names[size.name]}" if size.name in names else ""


def _default(
    said: _axes.Said | None, inputs: Sequence[Identifier], names: Mapping[str, Identifier]
) -> Code:
    if said is None:
        return Code("")
    divisors = [_divisor(other, names) for other in said.others]
    counted = f"{inputs[said.index]}.count"
    return Code(counted + "".join(f" / {one}" for one in divisors if one != "1"))


def _divisor(size: int | str, names: Mapping[str, Identifier]) -> str:
    # Its bounds are checked only after the defaults have been computed.
    return str(size) if isinstance(size, int) else f"Swift.max(self.{names[size]}, 1)"

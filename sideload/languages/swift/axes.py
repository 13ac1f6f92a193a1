"""Sizes that are chosen at run time, as properties of generated Swift's inputs."""

from collections.abc import Mapping
from typing import Final

from sideload.languages import Identifier, _axes
from sideload.languages._text import Code
from sideload.values import Dimension, TensorSpec

WORDING: Final = _axes.Wording(count="{}.count", least="Swift.max(self.{}, 1)")


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

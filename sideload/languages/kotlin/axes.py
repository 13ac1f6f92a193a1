"""Sizes that are chosen at run time, as parameters of generated Kotlin."""

from collections.abc import Mapping
from typing import Final

from sideload.languages import Identifier, _axes
from sideload.languages._text import Code
from sideload.languages.kotlin.text import literal
from sideload.values import Dimension, TensorSpec

WORDING: Final = _axes.Wording(count="{}.size", least="{}.coerceAtLeast(1)")


def elements(spec: TensorSpec, names: Mapping[str, Identifier]) -> Code:
    """An expression for how many elements a tensor has."""
    sizes = [_size(size, names) for size in spec.shape]
    return Code(f"sideloadElements({', '.join([literal(spec.name), *sizes])})")


def shape(spec: TensorSpec, names: Mapping[str, Identifier]) -> Code:
    """An expression for the shape of a tensor."""
    return Code(f"longArrayOf({', '.join(_size(size, names) for size in spec.shape)})")


def _size(size: int | Dimension, names: Mapping[str, Identifier]) -> str:
    return f"{size}L" if isinstance(size, int) else f"{names[size.name]}.toLong()"

"""How the benchmark app calls a generated class: by position, so that no name has to be known."""

import math
from typing import Final

from sideload.values import Dimension, Signature, TensorSpec

# By dtype; what is not here is carried by the class as it is, and has an array of its own name.
ARRAYS: Final = {
    "bool": "ByteArray",
    "float16": "ShortArray",
    "float32": "FloatArray",
    "float64": "DoubleArray",
    "int8": "ByteArray",
    "int16": "ShortArray",
    "int32": "IntArray",
    "int64": "LongArray",
    "uint8": "ByteArray",
}
# Enough of a sequence to be worth measuring.
USUAL: Final = 16


def call(signature: Signature) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Arrays of zeros for `predict`, and the arguments; no arrays where `buffers` will do.

    `buffers` takes the sizes of run time, in the order in which the inputs name them.
    """
    sizes = _sizes(signature.inputs)
    if _sizes(signature.outputs).keys() <= sizes.keys():
        return (), tuple(map(str, sizes.values()))
    arrays = tuple(_array(spec, sizes) for spec in signature.inputs)
    names = (f"input{number}" for number in range(1, len(arrays) + 1))
    return arrays, (*names, *map(str, sizes.values()))


def _array(spec: TensorSpec, sizes: dict[str, int]) -> str:
    shape = (sizes[one.name] if isinstance(one, Dimension) else one for one in spec.shape)
    return f"{ARRAYS[spec.dtype]}({math.prod(shape)})"


def _sizes(specs: tuple[TensorSpec, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in (one for spec in specs for one in spec.shape if isinstance(one, Dimension)):
        wanted = 1 if one.name == "batch" else USUAL
        found.setdefault(one.name, max(one.min, min(wanted, one.max or wanted)))
    return found

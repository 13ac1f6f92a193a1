"""Inputs for a model file that brings none: photographs, token ids or numbers, by their shapes.

A file says neither what its inputs mean nor how they were normalised, so these are guesses. They
are the same each time, and what stands in `DATA` says what they are, wherever a result is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from sideload.samples import photographs
from sideload.sources import _inputs
from sideload.values import Dimension

if TYPE_CHECKING:
    from sideload.values import Arrays

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
COUNT: Final = 4
DATA: Final = "inputs made up by the shapes in the file; give real ones by --inputs"
# Sizes for open axes: of a picture, of a text, and of anything else.
SIDE: Final = 224
LENGTH: Final = 16
PICTURE_AXES: Final = 4
VOCABULARY: Final = 100
CHANNELS: Final = (1, 3)
TEXT: Final = "string"
WORDS: Final = np.array(["yes", "no", "red", "blue", "Paris", "größe", ""])


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One input: numpy's name of its dtype, and its shape with what is known of open axes."""

    dtype: str
    shape: tuple[int | Dimension, ...]


def samples(inputs: Mapping[str, Wanted]) -> tuple[dict[str, Array], ...]:
    """`2 * COUNT` samples, the first half to calibrate on."""
    return tuple(
        {name: _array(name, wanted, seed) for name, wanted in inputs.items()}
        for seed in range(2 * COUNT)
    )


def stand_in(examples: "Arrays") -> tuple[tuple[dict[str, Array], ...], str]:
    """Samples for a model that brings none but its example, and what they are.

    People give `torch.zeros` as an example, on which every model agrees with every other; such
    floats are replaced. Integers never are: what they may hold is not known.
    """
    given = {name: np.asarray(one) for name, one in examples.items()}
    dull = [name for name, one in given.items() if one.dtype.kind == "f" and _alike(one)]
    for name in dull:
        wanted = Wanted(dtype=str(given[name].dtype), shape=given[name].shape)
        given[name] = _array(name, wanted, seed=1)
    words = "made-up numbers for the constant example" if dull else "the example and variations"
    return (given, *_inputs.varied(given, 2 * COUNT - 1)), words


def _alike(array: Array) -> bool:
    return array.size > 1 and bool(np.all(array == array.flat[0]))


def dynamic(inputs: Mapping[str, Wanted]) -> dict[str, dict[int, Dimension]]:
    """The open axes by input and axis."""
    found = {
        name: {axis: size for axis, size in enumerate(one.shape) if isinstance(size, Dimension)}
        for name, one in inputs.items()
    }
    return {name: axes for name, axes in found.items() if axes}


def _array(name: str, wanted: Wanted, seed: int) -> Array:
    shape = tuple(_size(wanted, axis) for axis in range(len(wanted.shape)))
    generator = np.random.default_rng(seed)
    if wanted.dtype == TEXT:
        return generator.choice(WORDS, shape)
    dtype = np.dtype(wanted.dtype)
    if dtype.kind == "b" or "mask" in name:
        return np.ones(shape, dtype=dtype)
    picture = _picture(shape, seed)
    if picture is not None and dtype.kind in "fu":
        return np.asarray(picture * (255 if dtype == np.uint8 else 1), dtype=dtype)
    if dtype.kind in "iu":
        most = 1 if "type" in name else min(VOCABULARY, np.iinfo(dtype).max)
        return generator.integers(0, most, size=shape).astype(dtype)
    return np.asarray(generator.normal(size=shape), dtype=dtype)


def _size(wanted: Wanted, axis: int) -> int:
    """A size within the range of an open axis: one picture, of a usual side, or a short text."""
    size = wanted.shape[axis]
    if isinstance(size, int):
        return size
    usual = SIDE if len(wanted.shape) == PICTURE_AXES else LENGTH
    likely = 1 if axis == 0 else usual
    return max(size.min, likely if size.max is None else min(likely, size.max))


def _picture(shape: tuple[int, ...], seed: int) -> Array | None:
    """A photograph in [0, 1] where the shape is a picture's, in either order of axes."""
    if len(shape) != PICTURE_AXES:
        return None
    first = shape[1] in CHANNELS
    if not first and shape[3] not in CHANNELS:
        return None
    height, width, channels = (
        (shape[2], shape[3], shape[1]) if first else (shape[1], shape[2], shape[3])
    )
    picture = photographs.photographs(seed + 1, height, width)[seed].astype(np.float64) / 255
    if channels == 1:
        picture = picture.mean(axis=2, keepdims=True)
    ordered = picture.transpose(2, 0, 1) if first else picture
    return np.broadcast_to(ordered, shape)

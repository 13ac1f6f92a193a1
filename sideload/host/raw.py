"""Arrays as the plain bytes that a runner reads and writes, in the order of their elements.

Texts have no fixed size: each is UTF-8 and ends with a NUL, one after the other.
"""

from math import prod
from typing import Final

import numpy as np

from sideload.errors import InputsError
from sideload.host.arrays import Array

TEXT: Final = "string"


def dtype(array: Array) -> str:
    """Numpy's name of its dtype, or `string`."""
    return TEXT if array.dtype.kind == "U" else str(array.dtype)


def encoded(array: Array) -> bytes:
    """The bytes of an array.

    Raises:
        InputsError: A text holds a NUL, which would end it.
    """
    if dtype(array) != TEXT:
        return array.tobytes()
    texts = [str(text) for text in array.ravel().tolist()]
    if any("\0" in text for text in texts):
        raise InputsError(
            "a text among the inputs holds a NUL, which a device cannot be given",
            remedy="leave that character out",
        )
    return "".join(f"{text}\0" for text in texts).encode()


def decoded(data: bytes, kind: str, shape: tuple[int, ...]) -> Array:
    """The array of that dtype and shape that `encoded` gave the bytes of.

    Raises:
        ValueError: They are of something else.
    """
    if kind != TEXT:
        return np.frombuffer(data, np.dtype(kind)).reshape(shape)
    texts = data.decode().split("\0")
    if len(texts) != prod(shape) + 1 or texts[-1]:
        raise ValueError(f"{len(texts) - 1} texts, and {len(texts[-1])} characters without an end")
    return np.array(texts[:-1], dtype=np.str_).reshape(shape)

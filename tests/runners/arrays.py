"""Inputs for the small models, and what numpy says of the answers."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from tests.runners.program import Array

DTYPES: Final = (
    "float32",
    "float64",
    "float16",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "bool",
)


def pair(batch: int) -> Mapping[str, Array]:
    """Two float32 inputs of the model `mlp`."""
    random = np.random.default_rng(batch)
    return {name: random.standard_normal((batch, 4)).astype(np.float32) for name in ("x", "y")}


def mlp(sample: Mapping[str, Array]) -> tuple[Array, Array]:
    """What the model `mlp` answers, by the formula of its weights in `make_models.py`."""
    first = np.arange(32, dtype=np.float32).reshape(8, 4) / 32 - 0.5
    second = np.arange(24, dtype=np.float32).reshape(3, 8) / 24 - 0.5
    hidden = np.maximum((sample["x"] + sample["y"]) @ first.T + 0.25, 0)
    return hidden @ second.T + 0.25, sample["x"] - sample["y"]


def values(dtype: str) -> Array:
    """Six values of a dtype, `[2, 3]`, its least and greatest among them."""
    if dtype == "bool":
        return np.array([[True, False, True], [False, False, True]])
    kind = np.dtype(dtype)
    limits = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
    return np.array([[limits.min, limits.max, 0], [1, 2, 3]], dtype)

"""What a model takes and gives."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One axis whose size is chosen at run time; bounds are inclusive, in elements."""

    name: str
    min: int
    max: int | None


@dataclass(frozen=True, kw_only=True)
class TensorSpec:
    """One input or output: its name at the border, numpy's name of its dtype, its shape.

    Without axes it is a single number. A dtype may be `string`. `inside` is what the model itself
    computes with, where the file's border has another dtype because some language needs it.
    """

    name: str
    dtype: str
    shape: tuple[int | Dimension, ...]
    inside: str = ""


@dataclass(frozen=True, kw_only=True)
class Method:
    """What the same file computes beside `forward`, under the name that it has in the file."""

    name: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What goes in and comes out of `forward`, captured once at export.

    `labels` name the classes along the last axis of the first output; empty where there are none.
    `methods` are the others, in order; empty for most models.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    labels: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()

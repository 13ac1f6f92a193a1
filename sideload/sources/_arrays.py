"""Tensors and arrays that users give, as numpy arrays."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import torch

from sideload.errors import SourceError

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
CARRIED: Final = frozenset(
    ("float32", "float64", "float16", "int8", "int16", "int32", "int64", "uint8", "bool")
)


# A number stands for a tensor without axes, of the dtype that PyTorch would make of it.
NUMBERS: Final = {bool: np.bool_, int: np.int64, float: np.float32}


def is_array(value: object) -> bool:
    """Whether `value` is one input, rather than several."""
    return isinstance(value, torch.Tensor | np.ndarray | np.generic) or type(value) in NUMBERS


def array(value: object, what: str) -> Array:
    """A tensor or array as a contiguous array of its own.

    Raises:
        SourceError: It is neither, or its dtype or its layout cannot be carried.
    """
    if isinstance(value, torch.Tensor):
        if value.is_meta or value.layout != torch.strided:
            raise SourceError(
                f"{what} is a {'meta' if value.is_meta else 'sparse'} tensor, without plain values",
                remedy="give a dense tensor on the CPU",
            )
        if str(value.dtype).removeprefix("torch.") not in CARRIED:
            raise _wrong_dtype(what, str(value.dtype))
        value = value.detach().cpu().resolve_conj().resolve_neg().numpy()
    if not is_array(value):
        raise SourceError(
            f"{what} is {described(value)}, not a tensor, array or number",
            remedy="give a torch tensor or a numpy array, batch first",
        )
    if type(value) in NUMBERS:
        return _number(value, what)
    made = np.array(value, order="C")
    if made.dtype.name not in CARRIED:
        raise _wrong_dtype(what, str(made.dtype))
    return made.astype(made.dtype.newbyteorder("="))


def _number(value: Any, what: str) -> Array:  # noqa: ANN401 - one of Python's numbers
    try:
        return np.array(value, NUMBERS[type(value)])
    except OverflowError as error:
        raise SourceError(
            f"{what} is {value}, more than int64 holds", remedy="give it as a float"
        ) from error


def by_name(value: object, names: Sequence[str] | None, what: str) -> dict[str, Array]:
    """One sample as arrays by input name.

    Args:
        value: An array, a sequence of arrays in the order of `names`, or arrays by name.
        names: The inputs' names in order; without them, numbered ones are made up.
        what: What the sample is, for the message.

    Raises:
        SourceError: It is something else, or its count is wrong.
    """
    if isinstance(value, Mapping):
        bad = [key for key in value if not isinstance(key, str)]
        if bad:
            raise SourceError(
                f"{what} has the key {bad[0]!r}, which is not a text",
                remedy="use the inputs' names as keys",
            )
        return {key: array(one, f"{what}[{key!r}]") for key, one in value.items()}
    several = [value] if is_array(value) else value
    if not isinstance(several, Sequence) or isinstance(several, str | bytes):
        raise SourceError(
            f"{what} is {described(value)}",
            remedy="give a tensor, a tuple of tensors, or tensors by input name",
        )
    made_up = tuple(f"input_{index}" for index in range(len(several)))
    wanted = made_up if names is None else names
    if len(several) > len(wanted):
        raise SourceError(
            f"{what} has {len(several)} tensors, but forward takes {len(wanted)}",
            remedy=f"give one tensor for each of {', '.join(wanted) or 'its parameters'}",
        )
    return {
        name: array(one, f"{what} for {name}") for name, one in zip(wanted, several, strict=False)
    }


def described(value: object) -> str:
    """A short description of what somebody gave: its type, and how many there are of what."""
    kind = type(value).__name__
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        inside = ", ".join(type(one).__name__ for one in value[:4])
        return f"a {kind} of {len(value)} ({inside}{', …' if len(value) > 4 else ''})"  # noqa: PLR2004 - what fits a line
    return "None" if value is None else f"a {kind}"


def _wrong_dtype(what: str, dtype: str) -> SourceError:
    return SourceError(
        f"{what} is {dtype}, which no runtime takes as an input",
        remedy=f"use one of {', '.join(sorted(CARRIED))}",
    )

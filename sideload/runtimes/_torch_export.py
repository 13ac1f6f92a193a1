"""`torch.export` without chatter or traces, and its refusals as sentences with a cure."""

import contextlib
import re
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from sideload.errors import CaptureError
from sideload.values import Subject

DATA: Final = "replace a Python `if`, `int()` or `.item()` on tensor values by torch operations"
CURES: Final[Mapping[str, str]] = {
    "Constraints violated": "give that axis a fixed size, or widen its range in `dynamic`",
    "data-dependent": DATA,
    "DataDependent": DATA,
    "_local_scalar_dense": DATA,
    ".numpy()": "use torch operations in forward instead of numpy",
    "FakeTensor": "make every tensor that forward uses a parameter, a buffer or an input",
    "nonzero": "use torch.where(condition, a, b): its result has a shape that is known",
    "deepcopy": "keep only modules, parameters and buffers as attributes of the model",
}
MESSAGE_CHARACTERS: Final = 400
LEAST_OPEN_SIZE: Final = 2  # torch takes an example's size of 0 or 1 for a fixed one


def tensors(subject: Subject) -> tuple[torch.Tensor, ...]:
    """The subject's example inputs in forward order, at least two long where an axis is open."""
    return tuple(
        torch.from_numpy(_widened(array, tuple(subject.dynamic.get(name, ()))))
        for name, array in subject.examples.items()
    )


def _widened(array: np.ndarray[Any, np.dtype[Any]], axes: Sequence[int]) -> Any:  # noqa: ANN401
    for axis in axes:
        if array.shape[axis] < LEAST_OPEN_SIZE:
            array = np.repeat(array, LEAST_OPEN_SIZE, axis=axis)
    return array.copy()


def dimensions(subject: Subject) -> tuple[dict[int, Any] | None, ...] | None:
    """`dynamic_shapes` for `torch.export`: one `Dim` per name, shared between inputs."""
    if not subject.dynamic:
        return None
    made: dict[str, Any] = {}
    for axes in subject.dynamic.values():
        for dim in axes.values():
            made.setdefault(dim.name, torch.export.Dim(dim.name, min=dim.min, max=dim.max))
    return tuple(
        {axis: made[dim.name] for axis, dim in subject.dynamic.get(name, {}).items()} or None
        for name in subject.examples
    )


def export(
    module: torch.nn.Module,
    args: Sequence[torch.Tensor],
    shapes: tuple[Any, ...] | None,
    *,
    strict: bool = False,
) -> Any:  # noqa: ANN401 - an exported program
    """`torch.export` of `module`; the random state and the grad mode stay as they are.

    Raises:
        CaptureError: With the line of the user's code and the usual cure.
    """
    with _quietly():
        try:
            return torch.export.export(module, tuple(args), dynamic_shapes=shapes, strict=strict)
        except Exception as error:
            raise CaptureError(
                f"torch.export cannot capture the model: {_summary(error)}{_user_line(error)}",
                remedy=_cure(str(error)),
            ) from error
        finally:
            if strict:
                torch.compiler.reset()


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    with torch.no_grad(), torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _summary(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    # The first line of a violated constraint says nothing; the points under it say what it is.
    points = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    text = " ".join([lines[0].split("! For more")[0], *dict.fromkeys(points)])
    return text[:MESSAGE_CHARACTERS]


def _user_line(error: Exception) -> str:
    """The last frame outside of torch and of this package, and what torch itself points at."""
    pointed = re.search(r'File "([^"]+)", line (\d+), in \w+\n\s*(.+)', str(error))
    if pointed and _foreign(pointed[1]):
        return f"\n  at {pointed[1]}:{pointed[2]}: {pointed[3].strip()}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _foreign(f.filename)]
    if frames:
        return f"\n  at {frames[-1].filename}:{frames[-1].lineno}: {frames[-1].line}"
    return ""


def _foreign(filename: str) -> bool:
    return not ("site-packages" in filename or "/sideload/" in filename or filename[:1] == "<")


def _cure(text: str) -> str:
    for word, cure in CURES.items():
        if word.lower() in text.lower():
            return cure
    return "run torch.export.export(model, inputs) by itself and simplify the line shown above"

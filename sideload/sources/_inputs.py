"""Whether arrays fit a model: the user's `--inputs` files, and the samples that a source brings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from sideload.errors import InputsError
from sideload.host import arrays
from sideload.values import Dimension, Subject

if TYPE_CHECKING:
    from sideload.values import Arrays

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Sizes: TypeAlias = Mapping[int, Dimension]
SEED: Final = 0


def with_inputs(subject: Subject, files: Sequence[Path]) -> Subject:
    """`subject` with the user's own inputs to calibrate and evaluate on, one sample a file.

    Raises:
        InputsError: A file does not fit the model; the message lists every fault and what is
            wanted.
        HostFileError: A file cannot be read.
    """
    if not files:
        return subject
    samples = tuple(fitted(subject, arrays.load(path), str(path)) for path in files)
    for path, sample in zip(files, samples, strict=True):
        _answers(subject, sample, str(path))
    return replace(
        subject,
        examples=subject.examples if subject.dynamic else samples[0],
        calibration=samples,
        evaluation=samples,
        expected=(),
        data=f"the user's own inputs: {len(samples)} file{'s' if len(samples) > 1 else ''}",
    )


def fitted(subject: Subject, given: Mapping[str, Array], origin: str) -> dict[str, Array]:
    """One sample in the model's own order and dtypes.

    Args:
        subject: Says the names, dtypes and shapes; only its examples and dynamic axes are read.
        given: Arrays by input name, batch first.
        origin: Where they come from, for the message.

    Raises:
        InputsError: With every fault at once.
    """
    faults = [f"{name} is missing" for name in subject.examples if name not in given]
    faults += [f"{name} is not an input" for name in given if name not in subject.examples]
    sizes: dict[str, int] = {}
    made: dict[str, Array] = {}
    for name, example in subject.examples.items():
        if name in given:
            array = given[name]
            faults += _shape_faults(
                name, array, np.asarray(example), subject.dynamic.get(name, {}), sizes
            )
            cast = _cast(array, np.asarray(example).dtype)
            if cast is None:
                faults.append(f"{name} is {array.dtype}, which {example.dtype} cannot hold exactly")
            else:
                made[name] = cast
    if faults:
        raise InputsError(
            f"{origin} does not fit {subject.name}: {'; '.join(faults)}",
            remedy=f"give {wanted(subject)}",
        )
    return made


def wanted(subject: Subject) -> str:
    """What the model takes, as a person reads it: `image float32 1 x 3 x 8 x 8`."""
    return ", ".join(
        f"{name} {example.dtype} {_shape(np.asarray(example), subject.dynamic.get(name, {}))}"
        for name, example in subject.examples.items()
    )


def _shape(example: Array, axes: Sizes) -> str:
    """The shape with the range of each open axis: `(batch 1 to 8) x 3 x 8 x 8`."""
    sizes = [_range(axes[axis]) if axis in axes else str(n) for axis, n in enumerate(example.shape)]
    return " x ".join(sizes) or "scalar"


def _range(dim: Dimension) -> str:
    most = "or more" if dim.max is None else f"to {dim.max}"
    return f"({dim.name} {dim.min} {most})"


def _shape_faults(
    name: str, array: Array, example: Array, axes: Sizes, sizes: dict[str, int]
) -> list[str]:
    """What is wrong with one array's shape; `sizes` collects what each open axis turned out as."""
    shown = " x ".join(map(str, array.shape)) or "scalar"
    if array.ndim != example.ndim:
        return [f"{name} has shape {shown}, not {_shape(example, axes)}"]
    for axis, (size, fixed) in enumerate(zip(array.shape, example.shape, strict=True)):
        dim = axes.get(axis)
        if dim is None and size == fixed:
            continue
        if dim is None or size < dim.min or (dim.max is not None and size > dim.max):
            return [f"{name} has shape {shown}, not {_shape(example, axes)}"]
        known = sizes.setdefault(dim.name, size)
        if size != known:
            return [f"{name} has {size} for {dim.name}, where another input has {known}"]
    return []


def _cast(array: Array, dtype: np.dtype[Any]) -> Array | None:
    """`array` as `dtype`, or None where that loses more than a float's last digits."""
    if array.dtype == dtype or array.dtype.kind == dtype.kind == "U":
        return np.ascontiguousarray(array).reshape(array.shape)
    whole = array.dtype.kind in "iu" and dtype.kind in "iu"
    is_text = "U" in {array.dtype.kind, dtype.kind}
    if is_text or (not whole and not np.can_cast(array.dtype, dtype, "same_kind")):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        cast = np.ascontiguousarray(array.astype(dtype)).reshape(array.shape)
        if array.dtype.kind == "f":
            same = np.array_equal(np.isfinite(cast), np.isfinite(array))
        else:
            # The way back finds digits that floats drop, but not signs that integers wrap.
            same = np.array_equal(cast.astype(array.dtype), array) and np.array_equal(cast, array)
    return cast if same else None


def widened(examples: "Arrays", dynamic: Mapping[str, Sizes]) -> dict[str, Array]:
    """Examples whose open axes are at least two long: `torch.export` takes a size of 1 as fixed."""
    made = {}
    for name, example in examples.items():
        array = np.asarray(example)
        for axis, dim in dynamic.get(name, {}).items():
            if array.shape[axis] == 1 and (dim.max is None or dim.max > 1):
                array = np.repeat(array, 2, axis=axis)
        made[name] = array
    return made


def varied(sample: "Arrays", count: int) -> tuple[dict[str, Array], ...]:
    """Samples like `sample` but not equal to it: shifted along the last axis, louder or quieter.

    Integers keep their values and only move, so that token ids and masks stay valid.
    """
    generator = np.random.default_rng(SEED)
    made = []
    for index in range(1, count + 1):
        gain = generator.uniform(0.7, 1.3)
        moved = {}
        for name, example in sample.items():
            array = np.asarray(example)
            shift = np.roll(array, index, axis=-1) if array.ndim else array
            floating = np.issubdtype(array.dtype, np.floating)
            moved[name] = np.asarray(shift * gain, dtype=array.dtype) if floating else shift
        made.append(moved)
    return tuple(made)


def _answers(subject: Subject, sample: "Arrays", origin: str) -> None:
    """Run the model once, so that a token id past the vocabulary is an error about this file."""
    if subject.module is None:
        return
    import torch

    try:
        with torch.no_grad():
            subject.module(*(torch.from_numpy(array) for array in sample.values()))
    except Exception as error:
        raise InputsError(
            f"{subject.name} cannot compute on {origin}: {error}",
            remedy="check that the values are in the range that the model expects",
        ) from error

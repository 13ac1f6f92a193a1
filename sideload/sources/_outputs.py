"""What comes out of a module, found by running it once; and the open axes of what goes in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from sideload.errors import SourceError
from sideload.sources._inputs import Array
from sideload.sources._model import Axis
from sideload.sources._modules import Border, adapted
from sideload.sources._usercode import failed
from sideload.values import Dimension

if TYPE_CHECKING:
    from sideload.values import Arrays

RANGE: Final = 3


def tried(module: torch.nn.Module, examples: "Arrays", file: Path) -> Any:  # noqa: ANN401
    """What `module` answers to its examples.

    Raises:
        SourceError: It raised, with the user's line; or two calls answer differently.
    """
    given = [torch.from_numpy(array) for array in examples.values()]
    try:
        with torch.no_grad():
            first, second = module(*given), module(*given)
    except Exception as error:
        raise failed("the model, called on its example inputs, raised", error, file) from error
    if not all(map(_same, _leaves(first), _leaves(second))):
        raise SourceError(
            "two calls on the same inputs gave different answers",
            remedy="take randomness out of forward, such as functional dropout without "
            "training=self.training",
        )
    return first


def flat(
    module: torch.nn.Module,
    first: Any,  # noqa: ANN401 - what models return
    names: tuple[str, ...],
    inputs: tuple[str, ...],
) -> tuple[torch.nn.Module, tuple[str, ...]]:
    """`module` so that it returns a tensor or a tuple of tensors, and the outputs' names.

    Raises:
        SourceError: What it returned holds something else than tensors and numbers, or a name is
            unfit.
    """
    keys: tuple[Any, ...] | None = None
    if isinstance(first, Mapping):
        keys = tuple(key for key, value in first.items() if value is not None)
        names = names or tuple(str(key) for key in keys)
    values = _leaves(first)
    for index, value in enumerate(values):
        if not isinstance(value, torch.Tensor | bool | int | float):
            raise SourceError(
                f"output {index} of forward is a {type(value).__name__}, not a tensor",
                remedy="return one tensor, a tuple of tensors, or a mapping from names to tensors",
            )
    names = names or _numbered(len(values))
    _check_names(names, len(values), inputs)
    numbers = not all(isinstance(value, torch.Tensor) for value in values)
    if keys is None and not numbers:
        return module, names
    return adapted(module, Border(names=inputs, keys=keys, numbers=numbers)), names


def labels(given: Iterable[Any], first: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Class names, as many as the first output's last axis is long.

    Raises:
        SourceError: Their count is another one.
    """
    made = tuple(str(label) for label in given)
    output = torch.as_tensor(_leaves(first)[0])
    size = output.shape[-1] if output.ndim else 1
    if made and len(made) != size:
        raise SourceError(
            f"labels has {len(made)} names, but the last axis of the first output is {size}",
            remedy="give one label for each class, in order",
        )
    return made


def dynamic_axes(
    given: Mapping[str, Mapping[int, Axis]], examples: "Arrays"
) -> dict[str, dict[int, Dimension]]:
    """The open axes as dimensions.

    Raises:
        SourceError: An input or axis does not exist, or a range does not hold the example.
    """
    made: dict[str, dict[int, Dimension]] = {}
    known: dict[str, Dimension] = {}
    for name, axes in given.items():
        if name not in examples:
            raise SourceError(
                f"dynamic names {name!r}, which is not an input",
                remedy=f"use the names {', '.join(examples)}",
            )
        example = np.asarray(examples[name])
        made[name] = {axis: _dimension(name, axis, one, example) for axis, one in axes.items()}
        for dim in made[name].values():
            if known.setdefault(dim.name, dim) != dim:
                raise SourceError(
                    f"dynamic gives {dim.name!r} two different ranges",
                    remedy="use one range for each name, or two names",
                )
    return made


def _dimension(name: str, axis: int, given: Axis, example: Array) -> Dimension:
    where = f"dynamic[{name!r}][{axis!r}]"
    dim = given if isinstance(given, Dimension) else _ranged(given, where)
    if axis not in range(example.ndim):
        raise SourceError(
            f"{where} is an axis that {name} does not have: it has {example.ndim}",
            remedy="count axes from 0, batch first",
        )
    size, most = example.shape[axis], dim.max
    if not dim.name.isidentifier() or dim.min < 1 or not dim.min <= size <= (most or size):
        raise SourceError(
            f"{where} is {dim.name!r} from {dim.min} to {most}, and the example has {size}",
            remedy="use a plain word as name, and a range from 1 up that holds the example's size",
        )
    return dim


def _ranged(given: tuple[str, int, int], where: str) -> Dimension:
    try:
        title, least, most = given
        return Dimension(name=str(title), min=int(least), max=int(most))
    except (TypeError, ValueError) as error:
        raise SourceError(
            f"{where} is {given!r}",
            remedy='write a name and two sizes: {"image": {0: ("batch", 1, 8)}}',
        ) from error


def _leaves(answer: Any) -> list[Any]:  # noqa: ANN401 - what models return
    if isinstance(answer, Mapping):
        return [value for value in answer.values() if value is not None]
    return list(answer) if isinstance(answer, tuple | list) else [answer]


def _same(one: object, two: object) -> bool:
    """Whether two answers are equal, NaN being equal to itself; only tensors can differ."""
    if not isinstance(one, torch.Tensor) or not isinstance(two, torch.Tensor):
        return True
    return one.shape == two.shape and torch.allclose(one, two, rtol=0, atol=0, equal_nan=True)


def _numbered(count: int) -> tuple[str, ...]:
    return ("output",) if count == 1 else tuple(f"output_{index}" for index in range(count))


def _check_names(names: tuple[str, ...], count: int, inputs: tuple[str, ...]) -> None:
    """Names end up in files and in generated code, so they are words, and different ones."""
    unfit = [name for name in (*names, *inputs) if not str(name).isidentifier()]
    twice = [name for name in names if names.count(name) > 1 or name in inputs]
    if len(names) != count or unfit or twice:
        what = (
            f"outputs has {len(names)} names for {count} tensors"
            if len(names) != count
            else f"{(unfit or twice)[0]!r} cannot name an input or output"
        )
        raise SourceError(
            what, remedy="give each input and each output a plain word of its own as name"
        )

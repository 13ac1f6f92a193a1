"""Modules with the border that runtimes need: tensors in by position, a tuple of tensors out."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch.nn.utils import parametrize
from torch.utils import _pytree as pytree

# Sizes are numbers too: while a model is captured, they have no value yet.
NUMBERS: Final = (bool, int, float, torch.SymInt, torch.SymFloat)


@dataclass(frozen=True, kw_only=True)
class Border:
    """How a module is called and what is kept of its answer.

    `keywords` says that inputs go by the names in `names`; `fixed` goes along with each call.
    `keys` names the entries of a mapping to return, in order; None returns the answer as it is.
    `method` is what is called, `forward` where it is empty; where the answer has plain `numbers`,
    they become tensors without axes.
    """

    names: tuple[str, ...]
    keywords: bool = False
    keys: tuple[str, ...] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    method: str = ""
    numbers: bool = False


class Adapted(torch.nn.Module):
    """Calls `inner` across `border`; made by `adapted`, which gives `forward` its signature."""

    def __init__(self, inner: torch.nn.Module, border: Border) -> None:
        super().__init__()
        self.inner = inner
        self.border = border

    def answer(self, given: Sequence[torch.Tensor]) -> Any:  # noqa: ANN401 - what the model returns
        """What the inner module says to `given`, cut down to the border's keys."""
        border = self.border
        called = getattr(self.inner, border.method) if border.method else self.inner
        if border.keywords:
            answer = called(**dict(zip(border.names, given, strict=True)), **border.fixed)
        else:
            answer = called(*given, **border.fixed)
        if border.keys is not None:
            answer = tuple(answer[key] for key in border.keys)
        return pytree.tree_map_only(NUMBERS, _tensor, answer) if border.numbers else answer


class Unflattened(Adapted):
    """Calls an exported program's module, which wants its inputs in the nest they once came in."""

    def __init__(self, inner: torch.nn.Module, border: Border, nest: Any) -> None:  # noqa: ANN401
        super().__init__(inner, border)
        self.nest = nest

    def answer(self, given: Sequence[torch.Tensor]) -> Any:  # noqa: ANN401 - as the base class
        """The tensors of the answer in order, out of whatever nest it has."""
        args, kwargs = pytree.tree_unflatten(list(given), self.nest)
        return tuple(pytree.tree_leaves(self.inner(*args, **kwargs)))


def settled(module: torch.nn.Module) -> torch.nn.Module:
    """`module` in eval mode on the CPU, its weights as they stand.

    Weights that are computed from others each time, as weight norm does, would be computed on the
    phone at every inference.
    """
    for one in module.modules():
        if parametrize.is_parametrized(one):
            computed: Any = one.parametrizations
            for name in list(computed):
                parametrize.remove_parametrizations(one, name, leave_parametrized=True)
    return module.eval().cpu()


def adapted(
    inner: torch.nn.Module, border: Border, base: type[Adapted] = Adapted, **more: object
) -> torch.nn.Module:
    """`inner` behind `border`, as it is: put `inner` in eval mode before; `more` goes to `base`.

    `torch.export` reads dynamic axes and names by the signature of `forward`, so each border gets a
    class of its own whose `forward` has exactly its parameters. A class survives `copy.deepcopy`,
    where a function on the instance would go on calling the original.
    """

    def forward(self: Adapted, *given: torch.Tensor) -> Any:  # noqa: ANN401 - as `answer`
        return self.answer(given)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, kind) for name in ("self", *parameter_names(border))]
    forward.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    kind_made = type(base.__name__, (base,), {"forward": forward})
    made: torch.nn.Module = kind_made(inner, border, **more)
    return made


def parameter_names(border: Border) -> tuple[str, ...]:
    """The input names where they can be parameters, else numbered ones."""
    if all(name.isidentifier() and name != "self" for name in border.names):
        return border.names
    return tuple(f"input_{index}" for index in range(len(border.names)))


def _tensor(number: Any) -> torch.Tensor:  # noqa: ANN401 - one of `NUMBERS`
    """A number without axes, in the dtype that PyTorch gives to such numbers."""
    if isinstance(number, bool):
        return torch.full((), number, dtype=torch.bool)
    is_float = isinstance(number, float | torch.SymFloat)
    return torch.full((), number, dtype=torch.float32 if is_float else torch.int64)


def parameters_of(module: torch.nn.Module, method: str = "") -> Mapping[str, inspect.Parameter]:
    """The parameters of `forward` or of another method, without `self`."""
    return inspect.signature(getattr(module, method or "forward")).parameters


def tensor_names(module: torch.nn.Module, method: str = "") -> tuple[str, ...] | None:
    """Names of the parameters that can be given by position; None where there is `*args`."""
    parameters = parameters_of(module, method)
    kinds = {parameter.kind for parameter in parameters.values()}
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return None
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    return tuple(name for name, one in parameters.items() if one.kind in positional)

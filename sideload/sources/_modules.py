"""Modules with the border that runtimes need: tensors in by position, a tuple of tensors out."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.nn.utils import parametrize
from torch.utils import _pytree as pytree


@dataclass(frozen=True, kw_only=True)
class Border:
    """How a module is called and what is kept of its answer.

    `keywords` says that inputs go by the names in `names`; `fixed` goes along with each call.
    `keys` names the entries of a mapping to return, in order; None returns the answer as it is.
    """

    names: tuple[str, ...]
    keywords: bool = False
    keys: tuple[str, ...] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)


class Adapted(torch.nn.Module):
    """Calls `inner` across `border`; made by `adapted`, which gives `forward` its signature."""

    def __init__(self, inner: torch.nn.Module, border: Border) -> None:
        super().__init__()
        self.inner = inner
        self.border = border

    def answer(self, given: Sequence[torch.Tensor]) -> Any:  # noqa: ANN401 - what the model returns
        """What the inner module says to `given`, cut down to the border's keys."""
        border = self.border
        if border.keywords:
            answer = self.inner(**dict(zip(border.names, given, strict=True)), **border.fixed)
        else:
            answer = self.inner(*given, **border.fixed)
        return answer if border.keys is None else tuple(answer[key] for key in border.keys)


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


def forward_parameters(module: torch.nn.Module) -> Mapping[str, inspect.Parameter]:
    """The parameters of `forward`, without `self`."""
    return inspect.signature(module.forward).parameters


def tensor_names(module: torch.nn.Module) -> tuple[str, ...] | None:
    """Names of the parameters that can be given by position; None where `forward` takes `*args`."""
    parameters = forward_parameters(module)
    kinds = {parameter.kind for parameter in parameters.values()}
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return None
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    return tuple(name for name, one in parameters.items() if one.kind in positional)

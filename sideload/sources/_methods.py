"""What a model computes beside `forward`, as its user named it, or refused."""

import inspect
from collections.abc import Mapping
from dataclasses import fields
from typing import Final

import torch

from sideload.errors import SourceError
from sideload.sources import _arrays
from sideload.sources._model import Method

REMEDY: Final = (
    "methods={'encode': sideload.Method(inputs=…)} calls module.encode with those inputs"
)
FORWARD: Final = "forward"


def checked(given: object, module: torch.nn.Module) -> Mapping[str, Method]:
    """The methods by name, each of which `module` has.

    Raises:
        SourceError: A name is not that of a method of the module, or stands for something else.
    """
    if not isinstance(given, Mapping):
        raise SourceError(f"methods is {_arrays.described(given)}", remedy=REMEDY)
    return {_name(name, module): _method(name, one) for name, one in given.items()}


def _name(name: object, module: torch.nn.Module) -> str:
    known = isinstance(name, str) and name.isidentifier() and name != FORWARD
    if not known or not inspect.ismethod(getattr(module, str(name), None)):
        raise SourceError(
            f"methods names {name!r}, which is no method of {type(module).__name__} "
            f"beside {FORWARD}",
            remedy=REMEDY,
        )
    return str(name)


def _method(name: object, given: object) -> Method:
    if isinstance(given, Method):
        return given
    wanted = [one.name for one in fields(Method)]
    if not isinstance(given, Mapping) or "inputs" not in given or not given.keys() <= set(wanted):
        raise SourceError(f"methods[{name!r}] is {_arrays.described(given)}", remedy=REMEDY)
    return Method(**given)

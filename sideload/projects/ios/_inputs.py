"""What a benchmark gives to a model, as arguments of the class that was written for it."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from sideload.errors import ProjectError
from sideload.host import files
from sideload.projects import AppModel
from sideload.values import Dimension, TensorSpec

# Valid as a token, a mask and a class, and far from what floating point finds hard.
VALUES: Final = {"Bool": "true", "String": '"a"', "Float": "0.5", "Double": "0.5", "Float16": "0.5"}
# As long as a short sentence, where a size is chosen when the app runs.
SIZE: Final = 16
STORED: Final = re.compile(r"public let (`?\w+`?): (\[\w+\]|\w+)$", re.MULTILINE)
# What no input is: a size that is chosen when the app runs.
AXIS: Final = "Int"


def arguments(model: AppModel) -> tuple[str, ...]:
    """Arguments of the initialiser of the model's `…Input`, in their order.

    The class itself says how it calls them, so that templates of the user's own are followed.

    Raises:
        ProjectError: The class has no such initialiser.
        HostFileError: The class cannot be read.
    """
    stored = _stored(model)
    specs = model.artifact.signature.inputs
    tensors = [(name, kind) for name, kind in stored if kind != AXIS]
    sizes = [name for name, kind in stored if kind == AXIS]
    chosen = _sizes(specs)
    if len(tensors) != len(specs) or len(sizes) != len(chosen):
        raise _unlike(model)
    given = [
        f"{name}: {_value(kind, spec, chosen)}"
        for (name, kind), spec in zip(tensors, specs, strict=True)
    ]
    return (*given, *(f"{n}: {size}" for n, size in zip(sizes, chosen.values(), strict=True)))


def _stored(model: AppModel) -> Sequence[tuple[str, str]]:
    name = model.bindings.class_name
    opening = f"public struct {name}Input:"
    for binding in model.bindings.files:
        _, found, after = files.read_text(binding.path).partition(opening)
        body, initialiser, _ = after.partition("public init(")
        if found and initialiser:
            return STORED.findall(body)
    raise _unlike(model)


def _value(kind: str, spec: TensorSpec, chosen: Mapping[str, int]) -> str:
    one = VALUES.get(kind.strip("[]"), "1")
    if not kind.startswith("["):
        return one
    return f"{kind}(repeating: {one}, count: {_count(spec, chosen)})"


def _sizes(specs: Sequence[TensorSpec]) -> Mapping[str, int]:
    axes = [size for spec in specs for size in spec.shape if isinstance(size, Dimension)]
    return {axis.name: min(max(axis.min, SIZE), axis.max or SIZE) for axis in axes}


def _count(spec: TensorSpec, chosen: Mapping[str, int]) -> int:
    sizes = (chosen[s.name] if isinstance(s, Dimension) else s for s in spec.shape)
    return math.prod(sizes)


def _unlike(model: AppModel) -> ProjectError:
    return ProjectError(
        f"{model.bindings.class_name}Input is not as the signature of {model.artifact.model} says",
        remedy="compare templates/bindings/swift of your own with those that are shipped",
    )

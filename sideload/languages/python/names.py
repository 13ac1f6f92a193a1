"""Any text as a Python name: of a class, of parameters and fields, of constants, of a module."""

import sys
from collections.abc import Collection, Sequence
from typing import Final

from sideload.languages import Identifier, _names, _reserved

LISTS: Final = _reserved.read("python")
RESERVED: Final = frozenset[str]().union(
    *(LISTS[name] for name in ("keywords", "builtins", "attributes", "templates"))
)
# What every class has, whatever else the model file can do.
MEMBERS: Final = LISTS["members"]
NO_STEM: Final = LISTS["keywords"] | LISTS["modules"] | sys.stdlib_module_names


def type_name(text: str) -> Identifier:
    """`text` in words with humps, such as `MobilenetV2`; any text has one."""
    name = _names.started(_names.pascal(text), "Model")
    return Identifier(f"{name}Model" if name in RESERVED else name)


def variables(texts: Sequence[str], beside: Collection[str] = ()) -> tuple[Identifier, ...]:
    """`texts` as distinct names in order, unlike those they stand `beside`.

    What is a good name already stays as it is.
    """
    reserved = RESERVED.union(beside)
    names = (
        _names.started(_names.snake(text) or str(index), "value_")
        for index, text in enumerate(texts)
    )
    return tuple(map(Identifier, _names.distinct([*names], reserved, _trailing)))


def outputs(class_name: str, methods: Sequence[str]) -> tuple[Identifier, ...]:
    """Names of the classes of answers: of `predict`, and then of each of the other `methods`."""
    kinds = [f"{class_name}{_names.pascal(method)}" for method in methods]
    found = _names.distinct([class_name, *kinds], frozenset[str](), _trailing, joint="")
    return tuple(Identifier(f"{kind}Output") for kind in found)


def constants(texts: Sequence[str]) -> tuple[Identifier, ...]:
    """`texts` as distinct names in capitals, in order: members of an enumeration."""
    names = (
        _names.started(_names.constant(text) or str(index), "LABEL_")
        for index, text in enumerate(texts)
    )
    return tuple(map(Identifier, _names.distinct([*names], RESERVED, _trailing)))


def module_name(text: str) -> Identifier:
    """`text` as the name of a file that can be imported and hides no other module."""
    stem = _names.started(_names.file_stem(text), "model_")
    return Identifier(f"{stem}_model" if stem in NO_STEM else stem)


def _trailing(name: str) -> str:
    return f"{name}_"

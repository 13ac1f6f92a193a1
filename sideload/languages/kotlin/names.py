"""Any text as a Kotlin name that Java can use too: ASCII, in camel case, never reserved.

Names are ASCII because two that differ only in an accent or in the case of a foreign first letter
can give the JVM one and the same getter, and files one and the same name.
"""

from collections.abc import Collection, Sequence
from typing import Final

from sideload.languages import Identifier, _names, _reserved

LISTS: Final = _reserved.read("kotlin")
RESERVED: Final = frozenset[str]().union(*LISTS.values())
# What generated code calls its own variables begins so.
OURS: Final = "sideload"


def type_name(text: str) -> Identifier:
    """`text` in words with humps, such as `MobilenetV2`; any text has one."""
    name = _names.started(_humps(text), "Model", joint="")
    taken = name in RESERVED or name.lower().startswith(OURS)
    return Identifier(f"Model{name}" if taken else name)


def variables(texts: Sequence[str], beside: Collection[str] = ()) -> tuple[Identifier, ...]:
    """`texts` as distinct names in camel case, in order, unlike those they stand `beside`."""
    names = [_variable(text, index) for index, text in enumerate(texts)]
    found = _names.distinct(names, RESERVED.union(beside), _escaped, joint="")
    return tuple(map(Identifier, found))


def constants(texts: Sequence[str]) -> tuple[Identifier, ...]:
    """`texts` as distinct names in capitals, in order: entries of an enumeration."""
    names = [
        _names.started("_".join(_names.ascii_words(text)).upper() or str(index), "LABEL_")
        for index, text in enumerate(texts)
    ]
    return tuple(map(Identifier, _names.distinct(names, frozenset[str](), str)))


def _variable(text: str, index: int) -> str:
    humps = _humps(text) or str(index)
    name = _names.started(humps[0].lower() + humps[1:], "value", joint="")
    return _escaped(name) if name.startswith(OURS) else name


def _humps(text: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in _names.ascii_words(text))


def _escaped(name: str) -> str:
    return f"value{name[0].upper()}{name[1:]}"

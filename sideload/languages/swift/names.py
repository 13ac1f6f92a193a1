"""Any text as a Swift name: ASCII, in camel case, never reserved.

Names are ASCII because files are named after them, and because Swift compares two names by their
scalars where people compare what they see.
"""

from collections.abc import Collection, Sequence
from typing import Final

from sideload.languages import Identifier, _names, _reserved

LISTS: Final = _reserved.read("swift")
RESERVED: Final = frozenset[str]().union(*LISTS.values())
# What generated code calls its own variables and functions begins so.
OURS: Final = "sideload"


def type_name(text: str) -> Identifier:
    """`text` in words with humps, such as `MobilenetV2`; any text has one."""
    name = _names.started(_humps(text), "Model", joint="")
    taken = name in RESERVED or name.lower().startswith(OURS)
    return Identifier(f"Model{name}" if taken else name)


def variables(texts: Sequence[str], beside: Collection[str] = ()) -> tuple[Identifier, ...]:
    """`texts` as distinct names in camel case, in order, unlike those they stand `beside`."""
    return _distinct(texts, "value", beside)


def functions(texts: Sequence[str], beside: Collection[str]) -> tuple[Identifier, ...]:
    """`texts` as distinct names of functions in camel case, in order."""
    return _distinct(texts, "run", beside)


def cases(texts: Sequence[str]) -> tuple[Identifier, ...]:
    """`texts` as distinct names in camel case, in order: cases of an enumeration."""
    return _distinct(texts, "label", ())


def _distinct(texts: Sequence[str], prefix: str, beside: Collection[str]) -> tuple[Identifier, ...]:
    def escaped(name: str) -> str:
        return f"{prefix}{name[0].upper()}{name[1:]}"

    names = []
    for index, text in enumerate(texts):
        humps = _humps(text) or str(index)
        name = _names.started(humps[0].lower() + humps[1:], prefix, joint="")
        names.append(escaped(name) if name.startswith(OURS) else name)
    found = _names.distinct(names, RESERVED.union(beside), escaped, joint="")
    return tuple(map(Identifier, found))


def _humps(text: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in _names.ascii_words(text))

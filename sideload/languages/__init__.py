"""Programming languages that bindings are written in; one file each, found by its name.

A language knows identifiers, literals, types and reserved words, as data where it can. Text enters
generated code only through `literal`, names only through `type_name` and `variable`, which return
`Identifier`s; templates decide nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final, Protocol

from sideload.host import discover
from sideload.values import Artifact

# What holds the values of a dtype, the nearest first; half and double meet in single precision.
INSTEAD: Final[Mapping[str, Sequence[str]]] = {
    "bool": ("uint8", "int32", "int64"),
    "float16": ("float32",),
    "float64": ("float32",),
    "int8": ("int16", "int32", "int64"),
    "int16": ("int32", "int64"),
    "uint8": ("int16", "int32", "int64"),
}


class Identifier(str):
    """A name that is safe in generated code; only a language makes one."""

    __slots__ = ()


class Language(Protocol):
    """A language, seen from the stage `bind`."""

    suffix: ClassVar[str]

    def type_name(self, text: str) -> Identifier:
        """`text` as the name of a class; any text has one."""

    def variables(self, texts: Sequence[str]) -> tuple[Identifier, ...]:
        """`texts` as distinct names of parameters or fields, in order."""

    def literal(self, text: str) -> str:
        """`text` as a string literal that no content can leave."""

    def context(self, artifact: Artifact) -> Mapping[str, object]:
        """Everything a template of this language is given, decided here."""

    def carries(self, runtime: str) -> Collection[str]:
        """Dtypes that this language can give to `runtime` and take from it, by numpy's names.

        Of any other, the exporter makes another at the border of the file.
        """

    def write(self, artifact: Artifact, folder: Path) -> tuple[Path, ...]:
        """Render the binding of `artifact` into `folder`; the main file first."""


def casts(names: Sequence[str], runtimes: Sequence[str]) -> Mapping[str, str]:
    """What a file's border has instead of each dtype that one of these languages cannot carry.

    Dtypes that they all carry over each of `runtimes` are not there, nor are those for which they
    have nothing instead.

    Raises:
        UnknownAdapterError: There is no language of one of these names.
    """
    tables = [frozenset(get(name).carries(one)) for name in names for one in runtimes]
    shared = tables[0].intersection(*tables) if tables else frozenset(INSTEAD)
    found = {
        dtype: [other for other in others if other in shared]
        for dtype, others in INSTEAD.items()
        if dtype not in shared
    }
    return {dtype: others[0] for dtype, others in found.items() if others}


def get(name: str) -> Language:
    """The language of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Language = discover.load("languages", name)
    return adapter

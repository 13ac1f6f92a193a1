"""Programming languages that bindings are written in; one file each, found by its name.

A language knows identifiers, literals, types and reserved words, as data where it can. Text enters
generated code only through `literal`, names only through `type_name` and `variable`, which return
`Identifier`s; templates decide nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Protocol

from sideload.host import discover
from sideload.values import Artifact


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


def get(name: str) -> Language:
    """The language of that name.

    Raises:
        UnknownAdapterError: There is no such file in this folder.
    """
    adapter: Language = discover.load("languages", name)
    return adapter

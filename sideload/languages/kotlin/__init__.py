"""Kotlin, usable from Java: a typed class over arrays, or over buffers that are used again."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from sideload.languages import Identifier, Language, _write
from sideload.languages.kotlin import kinds, names, view
from sideload.languages.kotlin.text import comment, documentation, literal
from sideload.values import Artifact

FILTERS: Final = {"literal": literal, "docstring": documentation, "comment": comment}
# Errors and checks that the classes of all models share, the same in every project.
SHARED: Final = "Sideload.kt"


class Kotlin:
    """One file for each model, and one that they share."""

    suffix: ClassVar[str] = ".kt"

    def type_name(self, text: str) -> Identifier:
        """`text` as the name of a class; any text has one."""
        return names.type_name(text)

    def variables(self, texts: Sequence[str]) -> tuple[Identifier, ...]:
        """`texts` as distinct names of parameters or properties, in order."""
        return names.variables(texts)

    def literal(self, text: str) -> str:
        """`text` as a string literal that no content can leave."""
        return literal(text)

    def context(self, artifact: Artifact) -> Mapping[str, object]:
        """`model` and `context_version`, as `templates/bindings/README.md` documents them.

        Raises:
            BindingInputError: A dtype that the runtime's API for Kotlin cannot carry, or labels
                that do not fit.
        """
        return {"context_version": view.CONTEXT_VERSION, "model": view.model(artifact)}

    def carries(self, runtime: str) -> Collection[str]:
        """Dtypes that the runtime's API for this language knows; see the protocol."""
        return kinds.carried(runtime).keys()

    def write(self, artifact: Artifact, folder: Path) -> tuple[Path, ...]:
        """Render the model's class and the shared file into `folder`.

        Raises:
            BindingInputError: As for `context`.
            HostFileError: `folder` cannot be written to, or there is no such template.
        """
        main = f"{names.type_name(artifact.model)}{self.suffix}"
        sources = {f"kotlin/{artifact.runtime}.kt": main, "kotlin/_shared.kt": SHARED}
        return _write.write(folder, sources, self.context(artifact), FILTERS)


ADAPTER: Final[Language] = Kotlin()

"""Swift 6: an actor for each model over values that may be sent to it from anywhere."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from sideload.languages import Identifier, Language, _write
from sideload.languages.swift import kinds, names, view
from sideload.languages.swift.text import line, literal
from sideload.values import Artifact

FILTERS: Final = {"literal": literal, "docstring": line, "comment": line}
# Errors and checks that the actors of all models share, the same in every project.
SHARED: Final = "Sideload.swift"


class Swift:
    """One file for each model, and one that they share."""

    suffix: ClassVar[str] = ".swift"

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
            BindingInputError: A dtype that the runtime's Swift API cannot carry, labels that do
                not fit, or two names that Swift cannot tell apart.
        """
        return {"context_version": view.CONTEXT_VERSION, "model": view.model(artifact)}

    def carries(self, runtime: str) -> Collection[str]:
        """Dtypes that the runtime's API for this language knows; see the protocol."""
        return kinds.carried(runtime).keys()

    def write(self, artifact: Artifact, folder: Path) -> tuple[Path, ...]:
        """Render the model's actor and the shared file into `folder`.

        Raises:
            BindingInputError: As for `context`.
            HostFileError: `folder` cannot be written to, or there is no such template.
        """
        main = f"{names.type_name(artifact.model)}{self.suffix}"
        sources = {f"swift/{artifact.runtime}.swift": main, "swift/_shared.swift": SHARED}
        return _write.write(folder, sources, self.context(artifact), FILTERS)


ADAPTER: Final[Language] = Swift()

"""Python: a typed class over numpy arrays that needs nothing of this package."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from sideload.languages import Identifier, Language, _write
from sideload.languages.python import names, view
from sideload.languages.python.text import comment, docstring, literal
from sideload.values import Artifact

FILTERS: Final = {"literal": literal, "docstring": docstring, "comment": comment}


class Python:
    """One self-contained module per model."""

    suffix: ClassVar[str] = ".py"

    def type_name(self, text: str) -> Identifier:
        """`text` as the name of a class; any text has one."""
        return names.type_name(text)

    def variables(self, texts: Sequence[str]) -> tuple[Identifier, ...]:
        """`texts` as distinct names of parameters or fields, in order."""
        return names.variables(texts)

    def literal(self, text: str) -> str:
        """`text` as a string literal that no content can leave."""
        return literal(text)

    def context(self, artifact: Artifact) -> Mapping[str, object]:
        """`model` and `context_version`, as `templates/bindings/README.md` documents them.

        Raises:
            BindingInputError: A dtype that Python cannot carry, or labels that do not fit.
        """
        return {"context_version": view.CONTEXT_VERSION, "model": view.model(artifact)}

    def carries(self, runtime: str) -> Collection[str]:
        """What numpy has, which is all that the runtimes have; see the protocol."""
        return view.carried(runtime).keys()

    def write(self, artifact: Artifact, folder: Path) -> tuple[Path, ...]:
        """Render one module into `folder`, named after the model and safe to import.

        Raises:
            BindingInputError: A dtype that Python cannot carry, or labels that do not fit.
            HostFileError: `folder` cannot be written to, or there is no such template.
        """
        main = f"{names.module_name(artifact.model)}{self.suffix}"
        sources = {f"python/{artifact.runtime}.py": main}
        return _write.write(folder, sources, self.context(artifact), FILTERS)


ADAPTER: Final[Language] = Python()

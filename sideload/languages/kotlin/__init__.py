"""Kotlin, usable from Java: a typed class over arrays, or over buffers that are used again."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from sideload.languages import Identifier, Language, _write
from sideload.languages.kotlin import kinds, names, view
from sideload.languages.kotlin.text import comment, documentation, literal
from sideload.values import Artifact

FILTERS: Final = {"literal": literal, "docstring": documentation, "comment": comment}
# What is written, by the template it is written from. What needs the types of Android, or
# coroutines, lies in a folder of its own, which a project without them leaves out.
SOURCES: Final = {
    "{runtime}": "{name}.kt",
    "_shared": "Sideload.kt",
    "_download": "SideloadDownload.kt",
    "_model_assets": "android/{name}Assets.kt",
    "_assets": "android/SideloadAssets.kt",
    "_suspend": "coroutines/{name}Suspend.kt",
}


class Kotlin:
    """Some files for each model, and some that they share."""

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
        """Render the model's files and the shared ones into `folder`; the main file first.

        Raises:
            BindingInputError: As for `context`.
            HostFileError: `folder` cannot be written to, or there is no such template.
        """
        texts = {"name": names.type_name(artifact.model), "runtime": artifact.runtime}
        sources = {
            f"kotlin/{template}.kt".format(**texts): name.format(**texts)
            for template, name in SOURCES.items()
        }
        return _write.write(folder, sources, self.context(artifact), FILTERS)


ADAPTER: Final[Language] = Kotlin()

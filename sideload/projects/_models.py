"""Whether models can be in one app together; the same for every platform."""

from collections import Counter
from collections.abc import Sequence

from sideload.errors import ProjectError
from sideload.values import Artifact, Bindings


def check(models: Sequence[tuple[Artifact, Bindings]], *, language: str, app: str) -> None:
    """Refuse models whose classes or files could not be told apart; `app` is for people.

    Raises:
        ProjectError: Two are of one class or file name, or a class is in another language.
    """
    spoken = sorted({bindings.language for _, bindings in models} - {language})
    if spoken or not models:
        raise ProjectError(
            f"{app} speaks {language.capitalize()}, and the classes are in "
            f"{', '.join(spoken) or 'no language'}",
            remedy=f"languages: [{language}] in the target",
        )
    # Some file systems do not tell upper case from lower.
    names = [bindings.class_name.lower() for _, bindings in models]
    names += [
        file.path.name.lower()
        for artifact, _ in models
        for file in (artifact.file, *artifact.extra_files)
    ]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ProjectError(
            f"one app cannot hold {twice[0]} twice: the same model was asked for in several ways",
            remedy="--runtime executorch --precision float32",
        )

"""Stage 3: one typed class for one artifact, in each language of the target."""

from dataclasses import replace
from pathlib import Path

from sideload import languages
from sideload.host import console, files, places, targets
from sideload.stages import _keys
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall, remember
from sideload.values import Artifact, Bindings

STAGE = "3-bind"


def look(item: Item, artifact: Artifact, language: str) -> Look[Bindings]:
    """The binding, if neither the artifact nor a template has changed."""
    return recall(_folder(item, language), Bindings, _parts(item, artifact, language))


def bind(item: Item, artifact: Artifact, language: str) -> Bindings:
    """Source files with a class that loads `artifact` and calls it.

    Raises:
        UnknownAdapterError: No such language.
        HostFileError: The files cannot be written.
        SideloadError: As the templates say, among them those that the user overrides.
    """
    found = look(item, artifact, language)
    if found.value is not None:
        return found.value
    speaks = languages.get(language)
    folder = _folder(item, language)
    parts = _parts(item, artifact, language)
    with console.step(f"bind {item.label} in {language}"), files.building(folder) as building:
        written = speaks.write(replace(artifact, asked=_asked(item)), building)
        made = Bindings(
            language=language,
            class_name=speaks.type_name(artifact.model),
            artifact_sha256=artifact.file.sha256,
            files=tuple(
                replace(files.ref(path), path=folder / path.relative_to(building))
                for path in written
            ),
            key=_keys.key(parts),
        )
        remember(building, made, parts)
    return made


def _folder(item: Item, language: str) -> Path:
    return item.folder(STAGE) / language


def _asked(item: Item) -> tuple[str, ...]:
    """What the user types for this one: his own words, for a name alone may not lead to it."""
    target = item.target.name
    return (
        *("--target", target if target in targets.names() else f"{target}.yaml"),
        *("--model", item.origin.spec, "--runtime", item.runtime, "--precision", item.precision),
    )


def _parts(item: Item, artifact: Artifact, language: str) -> dict[str, str]:
    shipped = places.templates() / "bindings" / language
    own = places.own_templates() / "bindings" / language
    templates = [*sorted(shipped.rglob("*.j2")), *sorted(own.rglob("*.j2"))]
    return {
        "the artifact": _keys.digest([artifact.key, artifact.file.sha256]),
        "how it is asked for": _keys.digest(_asked(item)),
        "the templates": _keys.digest([files.sha256_cached(path) for path in templates]),
        "sideload itself": _keys.code(("languages", "values")),
    }

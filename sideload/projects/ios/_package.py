"""The local Swift package that carries models into an app: every file of it, as content."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from sideload.host import files, neutral, places, render
from sideload.projects import AppModel, Content, _models
from sideload.projects.ios._frameworks import Linked

NAME: Final = "SideloadModels"
SOURCES: Final = f"Sources/{NAME}"
TEMPLATES: Final = "apps/ios/package"
PRIVACY: Final = "PrivacyInfo.xcprivacy"


def content(models: Sequence[AppModel], linked: Linked) -> dict[str, Content]:
    """Every file of the package, by its path in it; models stay where they are until applied.

    Raises:
        ProjectError: Two models are of one class, or their files have one name.
        HostFileError: A template or a binding cannot be read.
    """
    pairs = [(model.artifact, model.bindings) for model in models]
    _models.check(pairs, language="swift", app="an app for iOS")
    context = _context(models, linked)
    found: dict[str, Content] = {
        "Package.swift": _rendered("Package.swift.j2", context),
        "README.md": _rendered("README.md.j2", context),
        f"{SOURCES}/Bundled.swift": _rendered("Bundled.swift.j2", context),
        f"{SOURCES}/{PRIVACY}": _privacy(),
    }
    for model in models:
        for binding in model.bindings.files:
            found[f"{SOURCES}/{binding.path.name}"] = files.read_bytes(binding.path)
        for file in (model.artifact.file, *model.artifact.extra_files):
            found[f"{SOURCES}/Models/{file.path.name}"] = file
    return found


def literal(text: str) -> str:
    """`text` as a Swift string that no content can leave."""
    plain = (c if c.isascii() and c.isprintable() and c not in '"\\' else _escape(c) for c in text)
    return f'"{"".join(plain)}"'


def comment(text: str) -> str:
    """`text` after `//`, which only the end of a line could end."""
    return "".join(char if char.isprintable() else " " for char in text)


def _escape(character: str) -> str:
    return f"\\u{{{ord(character):x}}}"


def _context(models: Sequence[AppModel], linked: Linked) -> dict[str, object]:
    shown = [
        {
            "model": model.artifact.model,
            "class_name": model.bindings.class_name,
            "runtime": model.artifact.runtime,
            "file": model.artifact.file.path.name,
        }
        for model in models
    ]
    return {"name": NAME, "models": shown, **asdict(linked)}


def _rendered(name: str, context: Mapping[str, object]) -> bytes:
    text = render.text(
        f"{TEMPLATES}/{name}",
        context,
        filters={"literal": literal, "comment": comment, "markdown": neutral.markdown},
    )
    return text.encode()


def _privacy() -> bytes:
    own = places.own_templates() / TEMPLATES / PRIVACY
    return files.read_bytes(own if own.is_file() else places.templates() / TEMPLATES / PRIVACY)

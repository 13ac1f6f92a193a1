"""Models for an app to carry: small files, and classes as the Kotlin bindings write them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from sideload.host import files
from sideload.languages.kotlin import ADAPTER
from sideload.projects import AppModel
from sideload.values import Artifact, Bindings, FileRef, Signature
from tests.bindings import artifacts

RENDERED: Final[dict[object, dict[Path, bytes]]] = {}


def model(
    folder: Path,
    name: str = "digits",
    runtime: str = "onnxruntime",
    signature: Signature = artifacts.DIGITS,
    content: bytes = b"what a runtime loads",
) -> AppModel:
    """A model whose file holds some bytes that no runtime has to load."""
    place = folder / runtime / name
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{name}{artifacts.SUFFIXES[runtime]}"
    path.write_bytes(content)
    made = artifacts.artifact(signature, runtime, model=name)
    artifact = replace(made, file=files.ref(path))
    bindings = Bindings(
        language="kotlin",
        class_name=ADAPTER.type_name(name),
        artifact_sha256=artifact.file.sha256,
        files=tuple(_written(place, artifact)),
        key="k",
    )
    return AppModel(artifact=artifact, bindings=bindings, context=ADAPTER.context(artifact))


def _written(place: Path, artifact: Artifact) -> Iterator[FileRef]:
    """The classes, rendered once for all tests that ask for the same."""
    key = (artifact.model, artifact.runtime, artifact.file.sha256, artifact.signature)
    if key not in RENDERED:
        made = ADAPTER.write(artifact, place)
        RENDERED[key] = {path.relative_to(place): path.read_bytes() for path in made}
    for name, content in RENDERED[key].items():
        path = place / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        yield files.ref(path)


def both(folder: Path) -> list[AppModel]:
    """One model for each runtime."""
    sentences = model(folder, "minilm", "executorch", artifacts.MINILM)
    return [model(folder), sentences]

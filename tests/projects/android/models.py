"""Models for an app to carry: small files, and classes as the Kotlin bindings write them."""

from dataclasses import replace
from pathlib import Path

from sideload.host import files
from sideload.languages.kotlin import ADAPTER
from sideload.projects import AppModel
from sideload.values import Bindings, Signature
from tests.bindings import artifacts


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
        files=tuple(files.ref(each) for each in ADAPTER.write(artifact, place)),
        key="k",
    )
    return AppModel(artifact=artifact, bindings=bindings, context=ADAPTER.context(artifact))


def both(folder: Path) -> list[AppModel]:
    """One model for each runtime."""
    sentences = model(folder, "minilm", "executorch", artifacts.MINILM)
    return [model(folder), sentences]

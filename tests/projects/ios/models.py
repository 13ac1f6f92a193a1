"""Models for an app to carry: small files, and classes as the Swift bindings write them."""

from pathlib import Path
from typing import Final

from sideload.host import files
from sideload.languages.swift import ADAPTER
from sideload.projects import AppModel
from sideload.values import Artifact, Bindings, Delegation, Signature, TensorSpec

SUFFIXES: Final = {"executorch": ".pte", "onnxruntime": ".onnx"}
NAMES: Final = {"executorch": "digits", "onnxruntime": "sentences"}
PICTURE: Final = Signature(
    inputs=(TensorSpec(name="image", dtype="float32", shape=(1, 8, 8)),),
    outputs=(TensorSpec(name="logits", dtype="float32", shape=(1, 10)),),
)


def models(folder: Path, *runtimes: str, version: str = "1.5.1") -> list[AppModel]:
    """One model for each runtime, or one for ExecuTorch."""
    return [model(folder, runtime, version) for runtime in runtimes or ("executorch",)]


def model(
    folder: Path, runtime: str, version: str = "1.5.1", *, signature: Signature = PICTURE
) -> AppModel:
    """A model of that signature for one runtime."""
    place = folder / runtime
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{NAMES[runtime]}{SUFFIXES[runtime]}"
    path.write_bytes(f"what {runtime} loads".encode() * 9)
    artifact = Artifact(
        model=NAMES[runtime],
        runtime=runtime,
        precision="float32",
        scheme="float32",
        file=files.ref(path),
        signature=signature,
        parity=None,
        delegation=Delegation(backends=("XnnpackBackend",), delegated=3, portable=0),
        seconds=0.1,
        key="k",
        versions={"executorch": version, "onnxruntime": "1.31.1"},
    )
    written = ADAPTER.write(artifact, place)
    bindings = Bindings(
        language="swift",
        class_name=ADAPTER.type_name(artifact.model),
        artifact_sha256=artifact.file.sha256,
        files=tuple(files.ref(each) for each in written),
        key="k",
    )
    return AppModel(artifact=artifact, bindings=bindings)

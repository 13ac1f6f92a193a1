"""The last steps of every ONNX file: says what it is, passes the full checker, is written."""

import hashlib
import json
from pathlib import Path
from typing import Final

import onnx

from sideload import __version__
from sideload.errors import ArtifactCheckError
from sideload.runtimes._onnx_export import IR_VERSION, strip
from sideload.runtimes._onnx_sort import sort
from sideload.values import Dimension, Signature, TensorSpec

MESSAGE_CHARACTERS: Final = 600


def write(
    model: onnx.ModelProto, path: Path, *, name: str, scheme: str, signature: Signature
) -> None:
    """Stamp `model`, write it to `path`, and check the file in full.

    The same model gives the same bytes. The stamp `sideload.digest` is the SHA-256 of the model
    without its stamps, so that a device can tell which model it holds whatever its file is called.

    Raises:
        ArtifactCheckError: ONNX's own checker refuses the file.
    """
    sort(model.graph)
    strip(model.graph)
    model.doc_string = ""
    model.ir_version = min(model.ir_version, IR_VERSION)
    kept = {entry.key: entry.value for entry in model.metadata_props}
    del model.metadata_props[:]
    digest = hashlib.sha256(model.SerializeToString(deterministic=True)).hexdigest()
    stamps = {
        "sideload.version": __version__,
        "sideload.model": name,
        "sideload.scheme": scheme,
        "sideload.digest": digest,
        "sideload.signature": json.dumps(_plain(signature), separators=(",", ":")),
    }
    onnx.helper.set_model_props(model, {**kept, **stamps})
    path.write_bytes(model.SerializeToString(deterministic=True))
    _check(path)


def _check(path: Path) -> None:
    try:
        onnx.checker.check_model(str(path), full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ArtifactCheckError(
            f"{path.name} does not pass ONNX's checker: {str(error)[:MESSAGE_CHARACTERS]}",
            remedy="--precision float32, or --runtime executorch; report this if it stays",
        ) from error


def _plain(signature: Signature) -> dict[str, object]:
    """The signature in the form of the documents that `--json` prints."""
    return {
        "inputs": [_tensor(spec) for spec in signature.inputs],
        "outputs": [_tensor(spec) for spec in signature.outputs],
        "labels": list(signature.labels),
    }


def _tensor(spec: TensorSpec) -> dict[str, object]:
    return {"name": spec.name, "dtype": spec.dtype, "shape": [_size(size) for size in spec.shape]}


def _size(size: int | Dimension) -> object:
    if isinstance(size, Dimension):
        return {"name": size.name, "min": size.min, "max": size.max}
    return size

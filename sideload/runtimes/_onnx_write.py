"""The last steps of every ONNX file: says what it is, passes the full checker, is written."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import onnx

from sideload import __version__
from sideload.errors import ArtifactCheckError
from sideload.runtimes._onnx_export import IR_VERSION, strip
from sideload.runtimes._onnx_sort import sort
from sideload.values import Dimension, Signature, TensorSpec

# What generated classes expect of a file; one digit, raised when that changes.
CONTRACT: Final = "1"
# One protocol buffer holds 2 GiB; what is above goes into a file beside the model.
MOST_BYTES: Final = 1_900_000_000
MESSAGE_CHARACTERS: Final = 600


def write(
    model: onnx.ModelProto,
    path: Path,
    *,
    name: str,
    scheme: str,
    signature: Signature,
    largest_bytes: int = MOST_BYTES,
) -> tuple[Path, ...]:
    """Stamp `model`, write it to `path`, and check the file in full.

    The same model gives the same bytes. The stamp `sideload.digest` is the SHA-256 of the graph
    with its weights, so that a device can tell which model it holds whatever its file is called.

    Returns:
        The files beside `path` that belong to it: one, where the weights are too large for one
        protocol buffer.

    Raises:
        ArtifactCheckError: ONNX's own checker refuses the file.
    """
    sort(model.graph)
    strip(model.graph)
    model.doc_string = ""
    model.ir_version = min(model.ir_version, IR_VERSION)
    _stamp(model, name=name, scheme=scheme, signature=signature)
    beside: tuple[Path, ...] = ()
    if model.ByteSize() < largest_bytes:
        path.write_bytes(model.SerializeToString(deterministic=True))
    else:
        beside = (path.with_name(f"{path.name}.data"),)
        beside[0].unlink(missing_ok=True)  # what is there would be appended to
        onnx.save_model(model, path, save_as_external_data=True, location=beside[0].name)
    _check(path)
    return beside


def _stamp(model: onnx.ModelProto, *, name: str, scheme: str, signature: Signature) -> None:
    digest = hashlib.sha256()
    parts: list[Any] = [*model.graph.initializer, *model.graph.node]
    for part in parts:
        digest.update(part.SerializeToString(deterministic=True))
    kept = {entry.key: entry.value for entry in model.metadata_props}
    del model.metadata_props[:]
    stamps = {
        "sideload.version": __version__,
        "sideload.model": name,
        "sideload.scheme": scheme,
        "sideload.digest": digest.hexdigest(),
        "sideload.signature": json.dumps(_plain(signature), separators=(",", ":")),
        "sideload.contract": CONTRACT,
    }
    onnx.helper.set_model_props(model, {**kept, **stamps})


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

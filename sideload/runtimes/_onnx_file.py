"""ONNX files: written without anything of this machine, stamped, checked, and read back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import onnx

from sideload import __version__
from sideload.errors import ArtifactCheckError, BadModelFileError
from sideload.runtimes import Captured
from sideload.schemes import Scheme
from sideload.values import Dimension, Signature, TensorSpec

IR_VERSION: Final = 10
# What generated classes expect of a file; one digit, raised when that changes.
CONTRACT: Final = "1"
# Protocol buffers end at 2 GiB; what is above goes into a file beside the model.
LARGEST_BYTES: Final = 1_900_000_000
LARGE_TENSOR_BYTES: Final = 1024
DTYPES: Final[Mapping[int, str]] = {
    onnx.TensorProto.FLOAT: "float32",
    onnx.TensorProto.DOUBLE: "float64",
    onnx.TensorProto.FLOAT16: "float16",
    onnx.TensorProto.INT8: "int8",
    onnx.TensorProto.INT16: "int16",
    onnx.TensorProto.INT32: "int32",
    onnx.TensorProto.INT64: "int64",
    onnx.TensorProto.UINT8: "uint8",
    onnx.TensorProto.BOOL: "bool",
}


def write(model: onnx.ModelProto, captured: Captured, scheme: Scheme, path: Path) -> list[Path]:
    """Write `model`, cleaned and stamped; the files beside `path` that belong to it.

    Raises:
        ArtifactCheckError: The checker finds the file invalid.
    """
    model.ir_version = min(model.ir_version, IR_VERSION)
    clean(model)
    _stamp(model, captured, scheme)
    beside: list[Path] = []
    if model.ByteSize() < LARGEST_BYTES:
        path.write_bytes(model.SerializeToString(deterministic=True))
    else:
        beside.append(path.with_name(f"{path.name}.data"))
        onnx.save_model(
            model,
            path,
            save_as_external_data=True,
            location=beside[0].name,
            size_threshold=LARGE_TENSOR_BYTES,
        )
    check(path)
    return beside


def clean(model: onnx.ModelProto) -> None:
    """Take out what exporters leave of the machine: stack traces, paths, inferred shapes."""
    del model.metadata_props[:]
    model.doc_string = ""
    for function in model.functions:
        _clean_nodes(function)
    _clean_graph(model.graph)


def _clean_graph(graph: onnx.GraphProto) -> None:
    del graph.value_info[:]
    for value in (*graph.input, *graph.output, *graph.initializer):
        del value.metadata_props[:]
        value.doc_string = ""
    _clean_nodes(graph)


def _clean_nodes(owner: Any) -> None:  # noqa: ANN401 - a graph or a function
    del owner.metadata_props[:]
    owner.doc_string = ""
    for node in owner.node:
        del node.metadata_props[:]
        node.doc_string = ""
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _clean_graph(attribute.g)


def _stamp(model: onnx.ModelProto, captured: Captured, scheme: Scheme) -> None:
    """Say in the file itself what it is; the digest is of the model before these words."""
    digest = hashlib.sha256()
    for tensor in model.graph.initializer:
        digest.update(tensor.SerializeToString(deterministic=True))
    for node in model.graph.node:
        digest.update(node.SerializeToString(deterministic=True))
    stamps = {
        "sideload.contract": CONTRACT,
        "sideload.model": captured.subject.name,
        "sideload.scheme": scheme.name,
        "sideload.version": __version__,
        "sideload.digest": digest.hexdigest(),
        "sideload.signature": json.dumps(asdict(captured.signature), sort_keys=True),
    }
    onnx.helper.set_model_props(model, stamps)


def check(path: Path) -> None:
    """Have ONNX's own checker read the file, shapes and types included.

    Raises:
        ArtifactCheckError: It is not valid.
    """
    try:
        onnx.checker.check_model(path, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ArtifactCheckError(
            f"{path.name} does not pass ONNX's checker: {str(error).strip()[:400]}",
            remedy="--runtime executorch; report this with the model if it is a good one",
        ) from error


def signature(path: Path, labels: tuple[str, ...] = ()) -> Signature:
    """What an existing file takes and gives, read without its weights.

    Raises:
        BadModelFileError: An input or output is not a tensor of a dtype that runtimes carry.
    """
    graph = onnx.load(path, load_external_data=False).graph
    weights = {tensor.name for tensor in graph.initializer}
    return Signature(
        inputs=tuple(_spec(value) for value in graph.input if value.name not in weights),
        outputs=tuple(_spec(value) for value in graph.output),
        labels=labels,
    )


def _spec(value: onnx.ValueInfoProto) -> TensorSpec:
    tensor = value.type.tensor_type
    if not value.type.HasField("tensor_type") or tensor.elem_type not in DTYPES:
        kind = value.type.WhichOneof("value") or "nothing"
        raise BadModelFileError(
            f"{value.name!r} is a {kind} of type {tensor.elem_type}, which is not carried",
            remedy="export the model with tensors of numbers as inputs and outputs",
        )
    axes = enumerate(tensor.shape.dim)
    return TensorSpec(
        name=value.name,
        dtype=DTYPES[tensor.elem_type],
        shape=tuple(_size(value.name, axis, dim) for axis, dim in axes),
    )


def _size(name: str, axis: int, dim: Any) -> int | Dimension:  # noqa: ANN401 - a message
    if dim.HasField("dim_value"):
        return int(dim.dim_value)
    return Dimension(name=dim.dim_param or f"{name}_{axis}", min=1, max=None)

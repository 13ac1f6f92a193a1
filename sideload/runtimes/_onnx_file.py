"""ONNX files that exist: what their inputs and outputs are, and the model with its weights.

Versions and hostile content are the business of the source that brought the file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import onnx

from sideload.errors import BadModelFileError
from sideload.values import Dimension, Signature, TensorSpec

TENSOR: Final = "tensor_type"
REMEDY: Final = "export the model again, or copy the file again if it was sent from elsewhere"
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
    onnx.TensorProto.STRING: "string",
}


def opened(path: Path) -> onnx.ModelProto:
    """The model with all of its weights.

    Raises:
        BadModelFileError: Empty, corrupt or truncated, or without the files that hold its weights.
    """
    return _read(path, weights=True)


def signature(path: Path, labels: Sequence[str] = ()) -> Signature:
    """What the file says of its inputs and outputs; open sizes without a name get one.

    Raises:
        BadModelFileError: The file is corrupt, or an input or output is not a tensor.
    """
    graph = _read(path, weights=False).graph
    constant = {value.name for value in graph.initializer}
    return Signature(
        inputs=tuple(_spec(path, port) for port in graph.input if port.name not in constant),
        outputs=tuple(_spec(path, port) for port in graph.output),
        labels=tuple(labels),
    )


def _read(path: Path, *, weights: bool) -> onnx.ModelProto:
    try:
        model = onnx.load(path, load_external_data=weights)
    except Exception as error:
        # The parser's exceptions come from a package that says nothing of its types.
        raise BadModelFileError(
            f"{path.name} is corrupt or truncated: {error}", remedy=REMEDY
        ) from error
    if not model.graph.output:
        _refuse(path, "holds no graph")
    return model


def _refuse(path: Path, fault: str, remedy: str = REMEDY) -> NoReturn:
    raise BadModelFileError(f"{path.name} {fault}", remedy=remedy)


def _spec(path: Path, port: onnx.ValueInfoProto) -> TensorSpec:
    kind = port.type.WhichOneof("value")
    if kind != TENSOR or port.type.tensor_type.elem_type not in DTYPES:
        held = onnx.TensorProto.DataType.Name(port.type.tensor_type.elem_type)
        what = f"a tensor of {held}" if kind == TENSOR else f"a {kind}"
        _refuse(
            path,
            f"has {port.name!r}, which is {what}",
            "give a model of tensors; leave out steps such as ZipMap",
        )
    if not port.type.tensor_type.HasField("shape"):
        _refuse(path, f"does not say the rank of {port.name!r}", "run onnx.shape_inference on it")
    shape = port.type.tensor_type.shape.dim
    return TensorSpec(
        name=port.name,
        dtype=DTYPES[port.type.tensor_type.elem_type],
        shape=tuple(_size(port.name, axis, size) for axis, size in enumerate(shape)),
    )


def _size(name: str, axis: int, size: Any) -> int | Dimension:  # noqa: ANN401 - a protobuf
    # Some exporters write 0 or -1 where a size is open.
    if size.dim_value > 0:
        return int(size.dim_value)
    return Dimension(name=size.dim_param or f"{name}_{axis}", min=1, max=None)

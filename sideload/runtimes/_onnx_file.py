"""An ONNX file that somebody else made: read with suspicion, and brought to versions that load."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, NoReturn

import onnx

from sideload.errors import BadModelFileError
from sideload.runtimes._onnx_export import OPSET
from sideload.runtimes._onnx_write import MOST_BYTES
from sideload.values import Dimension, Signature, TensorSpec

LEAST_OPSET: Final = 13  # quantisation by channel needs it
NEWEST_OPSET: Final = 26  # of ONNX Runtime 1.27 to 1.31
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
}


def adapted(path: Path) -> tuple[onnx.ModelProto, tuple[str, ...]]:
    """The model with its weights, at versions that runtimes read, and notes on what was changed.

    Raises:
        BadModelFileError: Empty, corrupt, too large, or of a version that cannot be converted.
    """
    model = _read(path)
    _load_weights(model, path)
    version = next((o.version for o in model.opset_import if o.domain in {"", "ai.onnx"}), OPSET)
    if LEAST_OPSET <= version <= OPSET:
        return model, ()
    try:
        converted = onnx.version_converter.convert_version(model, OPSET)
        onnx.checker.check_model(converted, full_check=True)
    except Exception as error:
        # The converter has no exception of its own.
        if LEAST_OPSET <= version <= NEWEST_OPSET:
            return model, (f"opset {version} is kept: it loads in ONNX Runtime 1.27 or later only",)
        words = " ".join(str(error).split())[:300]
        raise BadModelFileError(
            f"{path.name} is of opset {version}, which cannot be converted to {OPSET}: {words}",
            remedy=f"export it again with opset_version={OPSET}",
        ) from error
    return converted, (f"opset {version} was converted to {OPSET}",)


def signature(path: Path, labels: Sequence[str] = ()) -> Signature:
    """What the file says of its inputs and outputs; open sizes without a name get one.

    Raises:
        BadModelFileError: The file is corrupt, or an input or output is not a tensor.
    """
    graph = _read(path).graph
    constant = {value.name for value in graph.initializer}
    return Signature(
        inputs=tuple(_spec(path, port) for port in graph.input if port.name not in constant),
        outputs=tuple(_spec(path, port) for port in graph.output),
        labels=tuple(labels),
    )


def _read(path: Path) -> onnx.ModelProto:
    size = path.stat().st_size
    if not 0 < size <= MOST_BYTES:
        _refuse(path, f"holds {size} bytes", "give a file of more than 0 and less than 2 GB")
    try:
        model = onnx.load(path, load_external_data=False)
    except Exception as error:
        # The parser's exceptions come from a package that says nothing of its types.
        raise BadModelFileError(
            f"{path.name} is corrupt or truncated: {error}", remedy=REMEDY
        ) from error
    if not model.graph.node and not model.graph.output:
        _refuse(path, "holds no graph")
    return model


def _refuse(path: Path, fault: str, remedy: str = REMEDY) -> NoReturn:
    raise BadModelFileError(f"{path.name} {fault}", remedy=remedy)


def _load_weights(model: onnx.ModelProto, path: Path) -> None:
    """Bring weights that lie in other files into the model; those must lie beside it."""
    total = model.ByteSize()
    for tensor in onnx.external_data_helper._get_all_tensors(model):  # noqa: SLF001 - no other way
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            entries = {entry.key: entry.value for entry in tensor.external_data}
            total += _external_size(path, entries)
    if total > MOST_BYTES:
        _refuse(path, f"has {total / 1e9:.1f} GB of weights", "give a model of less than 2 GB")
    onnx.load_external_data_for_model(model, str(path.parent))


def _external_size(path: Path, entries: dict[str, str]) -> int:
    location = PurePosixPath(entries.get("location", ""))
    beside = path.parent / location
    if location.is_absolute() or ".." in location.parts or not beside.is_file():
        _refuse(path, f"names weights in {str(location)!r}, which is no file beside it")
    held = beside.stat().st_size
    start, length = int(entries.get("offset", 0)), int(entries.get("length", held))
    if start + length > held:
        _refuse(path, f"names {start + length} bytes of {location}, which holds {held}")
    return length


def _spec(path: Path, port: onnx.ValueInfoProto) -> TensorSpec:
    kind = port.type.WhichOneof("value")
    if kind != TENSOR or port.type.tensor_type.elem_type not in DTYPES:
        held = onnx.TensorProto.DataType.Name(port.type.tensor_type.elem_type)
        what = f"a tensor of {held}" if kind == TENSOR else f"a {kind}"
        _refuse(
            path,
            f"has {port.name!r}, which is {what}",
            "give a model of numeric tensors; leave out steps such as ZipMap or tokenizers",
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

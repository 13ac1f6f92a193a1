"""An ONNX file made into a subject: its inputs and outputs, open axes, and inputs to try it on."""

from pathlib import Path
from typing import Any, Final

from sideload.errors import BadModelFileError, SourceError
from sideload.sources import _inputs, _made_up, _onnxversion
from sideload.values import Dimension, Subject

# Tensor types of the ONNX standard by number, as numpy names them; no bfloat16.
DTYPES: Final = {
    1: "float32",
    2: "uint8",
    3: "int8",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    10: "float16",
    11: "float64",
}
REMEDY: Final = "export it again with plain tensors as inputs and outputs"


def subject(file: Path, name: str, *, dynamic: bool) -> Subject:
    """The file, or a copy of it at a version that phones read, with inputs made up by its shapes.

    Raises:
        BadModelFileError: It is corrupt, truncated, empty, too new, or lacks its weights.
        SourceError: It takes or gives something else than tensors.
    """
    model = _onnxversion.read(file)
    wanted = {one.name: _wanted(one, file) for one in _own_inputs(model.graph)}
    outputs = tuple(one.name for one in model.graph.output)
    for one in model.graph.output:
        _dtype(one, file)
    if not wanted or not outputs:
        raise BadModelFileError(
            f"{file.name} has {len(wanted)} inputs and {len(outputs)} outputs", remedy=REMEDY
        )
    samples = _made_up.samples(wanted)
    half = len(samples) // 2
    carried = _onnxversion.carried(model, file, samples[0])
    axes = _made_up.dynamic(wanted) if dynamic else {}
    return Subject(
        name=name,
        module=None,
        examples=_inputs.widened(samples[0], axes),
        output_names=outputs,
        dynamic=axes,
        calibration=samples[:half],
        evaluation=samples[half:],
        data=_made_up.DATA,
        kind="onnx",
        onnx_file=carried.file,
        dependencies=carried.weights,
    )


def _own_inputs(graph: Any) -> list[Any]:  # noqa: ANN401 - a protobuf message
    """The inputs that are not defaults: old files list their weights among the inputs."""
    stored = {one.name for one in graph.initializer}
    return [one for one in graph.input if one.name not in stored]


def _dtype(value: Any, file: Path) -> str:  # noqa: ANN401
    kind = value.type.WhichOneof("value")
    number = value.type.tensor_type.elem_type
    if kind != "tensor_type" or number not in DTYPES:
        what = str(kind or "of no type").removesuffix("_type")
        raise SourceError(
            f"{value.name!r} of {file.name} is {what}, which no phone's runtime is given",
            remedy=REMEDY,
        )
    return DTYPES[number]


def _wanted(value: Any, file: Path) -> _made_up.Wanted:  # noqa: ANN401
    """What one input takes; axes without a size are open, and those of one name are the same."""
    dtype = _dtype(value, file)
    if not value.type.tensor_type.HasField("shape"):
        raise SourceError(
            f"{value.name!r} of {file.name} does not say how many axes it has",
            remedy="export it again with shapes; sizes may stay open",
        )
    axes = enumerate(value.type.tensor_type.shape.dim)
    shape = tuple(
        one.dim_value
        if one.dim_value > 0
        else Dimension(name=one.dim_param or f"{value.name}_{axis}", min=1, max=None)
        for axis, one in axes
    )
    return _made_up.Wanted(dtype=dtype, shape=shape)

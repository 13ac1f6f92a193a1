"""Models small enough to be read, as ONNX files made here and as what numpy says they compute.

`programs/make_pte.py` exports the same for ExecuTorch.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from sideload.values import Dimension, Signature, TensorSpec
from tests.bindings.artifacts import AWKWARD, DIGITS, DTYPES, LENGTH

Array: TypeAlias = NDArray[Any]
UP_TO_8: Final = Dimension(name="batch", min=1, max=8)
PRODUCT: Final = Signature(
    inputs=tuple(
        TensorSpec(name=name, dtype="int64", shape=(UP_TO_8, LENGTH))
        for name in ("input_ids", "attention_mask")
    ),
    outputs=(TensorSpec(name="product", dtype="int64", shape=(UP_TO_8, LENGTH)),),
)
SHARED: Final = frozenset({"float32", "int8", "int32", "int64", "uint8"})
EVERY_DTYPE: Final = Signature(
    inputs=AWKWARD.inputs[: len(DTYPES) + 1],
    outputs=tuple(
        TensorSpec(name=f"twice {spec.name}", dtype=spec.dtype, shape=spec.shape)
        for spec in AWKWARD.inputs[: len(DTYPES) + 1]
    ),
)
# What ExecuTorch's Android API can carry over its border.
CARRIED: Final = Signature(
    inputs=tuple(spec for spec in EVERY_DTYPE.inputs if spec.name not in {"bool", "int16"}),
    outputs=tuple(spec for spec in EVERY_DTYPE.outputs if spec.dtype not in {"bool", "int16"}),
)
# What every runtime's API for every language can carry.
COMMON: Final = Signature(
    inputs=tuple(spec for spec in EVERY_DTYPE.inputs if spec.dtype in SHARED),
    outputs=tuple(spec for spec in EVERY_DTYPE.outputs if spec.dtype in SHARED),
)
# What `programs/make_pictures.py` writes.
PICTURE: Final = Signature(
    inputs=(TensorSpec(name="pixel_values", dtype="float32", shape=(1, 3, 224, 224)),),
    outputs=(TensorSpec(name="logits", dtype="float32", shape=(1, 1000)),),
)
SIGNATURES: Final[Mapping[str, Signature]] = {
    "digits": DIGITS,
    "minilm": PRODUCT,
    "awkward": EVERY_DTYPE,
    "carried": CARRIED,
    "common": COMMON,
}


def doubled(array: Array) -> Array:
    """Twice the array in its own dtype; the opposite of a boolean one."""
    return np.logical_not(array) if array.dtype == np.bool_ else np.asarray(array + array)


ANSWERS: Final[Mapping[str, Callable[..., Sequence[Array]]]] = {
    "digits": lambda image: [image.reshape(len(image), -1)[:, :10] * np.float32(2)],
    "minilm": lambda ids, mask: [ids * mask],
    "awkward": lambda *arrays: [doubled(array) for array in arrays],
    "carried": lambda *arrays: [doubled(array) for array in arrays],
    "common": lambda *arrays: [doubled(array) for array in arrays],
}


def inputs(model: str) -> list[Array]:
    """Inputs that are the same on every run and different in every element."""
    if model == "digits":
        return [np.arange(3 * 64, dtype=np.float32).reshape(3, 1, 8, 8)]
    if model not in SIGNATURES or model == "minilm":
        return [np.arange(14).reshape(2, 7), np.arange(14).reshape(2, 7) % 2]
    return [np.ones(_fixed(spec), dtype=spec.dtype) for spec in SIGNATURES[model].inputs]


def _fixed(spec: TensorSpec) -> tuple[int, ...]:
    return tuple(size for size in spec.shape if isinstance(size, int))


def write_onnx(path: Path, model: str, metadata: Mapping[str, str] | None = None) -> Path:
    """Write one of them as an ONNX file."""
    signature = SIGNATURES[model]
    parts = {"digits": _digits, "minilm": _product}.get(model, _twice)
    nodes, constants = parts(signature)
    graph = helper.make_graph(
        nodes,
        model,
        [_value(spec) for spec in signature.inputs],
        [_value(spec) for spec in signature.outputs],
        constants,
    )
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    helper.set_model_props(whole, dict(metadata or {}))
    onnx.checker.check_model(whole, full_check=True)
    path.write_bytes(whole.SerializeToString())
    return path


Parts: TypeAlias = tuple[list[onnx.NodeProto], list[onnx.TensorProto]]


def _digits(signature: Signature) -> Parts:
    weight = np.zeros((64, 10), dtype=np.float32)
    weight[:10] = np.eye(10) * 2
    constants = [
        helper.make_tensor("weight", TensorProto.FLOAT, weight.shape, weight.tobytes(), raw=True)
    ]
    names = (signature.inputs[0].name, signature.outputs[0].name)
    flat = helper.make_node("Flatten", [names[0]], ["flat"])
    return [flat, helper.make_node("MatMul", ["flat", "weight"], [names[1]])], constants


def _product(signature: Signature) -> Parts:
    names = [spec.name for spec in signature.inputs]
    return [helper.make_node("Mul", names, [signature.outputs[0].name])], []


def _twice(signature: Signature) -> Parts:
    return [
        _node(spec, output.name)
        for spec, output in zip(signature.inputs, signature.outputs, strict=True)
    ], []


def _node(spec: TensorSpec, output: str) -> onnx.NodeProto:
    if spec.dtype == "bool":
        return helper.make_node("Not", [spec.name], [output])
    return helper.make_node("Add", [spec.name, spec.name], [output])


def _value(spec: TensorSpec) -> onnx.ValueInfoProto:
    sizes = [size if isinstance(size, int) else size.name for size in spec.shape]
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(spec.dtype))
    return helper.make_tensor_value_info(spec.name, kind, sizes)

"""What is rare at a border: single values of each kind, texts, and several methods."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper

from sideload.values import Dimension, Method, Signature, TensorSpec

ROWS: Final = Dimension(name="rows", min=1, max=None)
KINDS: Final = {
    "flag": "bool",
    "half": "float16",
    "ratio": "float32",
    "exact": "float64",
    "tiny": "int8",
    "count": "int64",
    "byte": "uint8",
}
# Each answer is its input as it came.
NUMBERS: Final = Signature(
    inputs=tuple(TensorSpec(name=name, dtype=dtype, shape=()) for name, dtype in KINDS.items()),
    outputs=tuple(
        TensorSpec(name=f"same {name}", dtype=dtype, shape=()) for name, dtype in KINDS.items()
    ),
)
# `joined` is each of the words with the end behind it; `known` is 1 for the word `yes`, else 0.
TEXTS: Final = Signature(
    inputs=(
        TensorSpec(name="words", dtype="string", shape=(ROWS, 2)),
        TensorSpec(name="end", dtype="string", shape=()),
    ),
    outputs=(
        TensorSpec(name="joined", dtype="string", shape=(ROWS, 2)),
        TensorSpec(name="known", dtype="int64", shape=(ROWS, 2)),
    ),
)
# What `programs/make_pte.py` writes as `several.pte`.
THREE: Final = TensorSpec(name="x", dtype="float32", shape=(3,))
SEVERAL: Final = Signature(
    inputs=(THREE,),
    outputs=(replace(THREE, name="y"),),
    methods=(
        Method(
            name="half",
            inputs=(THREE, replace(THREE, name="by", shape=())),
            outputs=(replace(THREE, name="z"),),
        ),
    ),
)


def write_numbers(path: Path) -> Path:
    """A file of `NUMBERS`."""
    pairs = zip(NUMBERS.inputs, NUMBERS.outputs, strict=True)
    nodes = [helper.make_node("Identity", [one.name], [two.name]) for one, two in pairs]
    return _write(path, nodes, NUMBERS)


def write_texts(path: Path) -> Path:
    """A file of `TEXTS`."""
    known = helper.make_node(
        "LabelEncoder",
        ["words"],
        ["known"],
        domain="ai.onnx.ml",
        keys_strings=["yes"],
        values_int64s=[1],
        default_int64=0,
    )
    return _write(
        path, [helper.make_node("StringConcat", ["words", "end"], ["joined"]), known], TEXTS
    )


def _write(path: Path, nodes: Sequence[onnx.NodeProto], signature: Signature) -> Path:
    inputs, outputs = (list(map(_port, ports)) for ports in (signature.inputs, signature.outputs))
    graph = helper.make_graph(nodes, path.stem, inputs, outputs)
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.ml", 3)]
    whole = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    onnx.checker.check_model(whole, full_check=True)
    path.write_bytes(whole.SerializeToString())
    return path


def _port(spec: TensorSpec) -> Any:  # noqa: ANN401 - a protobuf message
    sizes = [size if isinstance(size, int) else size.name for size in spec.shape]
    is_text = spec.dtype == "string"
    kind = TensorProto.STRING if is_text else helper.np_dtype_to_tensor_dtype(np.dtype(spec.dtype))
    return helper.make_tensor_value_info(spec.name, kind, sizes)

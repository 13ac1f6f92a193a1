"""A captured program as an ONNX model: names as in the signature, nothing of this machine in it.

Source: `torch.onnx.export` on an `ExportedProgram` (torch 2.13), opset 20, IR 10, which every
ONNX Runtime since 1.20 reads.
"""

import logging
import warnings
from collections.abc import Sequence
from typing import Any, Final

import onnx_ir
import torch

from sideload.errors import LoweringError
from sideload.runtimes import Captured
from sideload.values import Signature, TensorSpec

OPSET: Final = 20
IR_VERSION: Final = 10
MESSAGE_CHARACTERS: Final = 400


def exported(captured: Captured) -> onnx_ir.Model:
    """The program as an ONNX model whose inputs and outputs are called as in the signature.

    Raises:
        LoweringError: The exporter refuses the program.
    """
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = torch.onnx.export(
                captured.program, dynamo=True, opset_version=OPSET, verbose=False
            )
        except Exception as error:
            raise LoweringError(
                f"torch.onnx cannot carry {captured.subject.name}: {_reason(error)}",
                remedy="--runtime executorch, or replace the operator that it names",
            ) from error
    if program is None:
        raise AssertionError("with dynamo, the exporter returns a program")
    model = program.model
    model.ir_version = IR_VERSION
    _name(model.graph, captured.signature)
    return model


def _reason(error: Exception) -> str:
    """The innermost cause: the exporter wraps it in pages of advice."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return " ".join(lines)[:MESSAGE_CHARACTERS] or type(cause).__name__


def _name(graph: onnx_ir.Graph, signature: Signature) -> None:
    """Give inputs and outputs their public names, and their axes the names of the signature.

    The exporter itself writes an invalid file, without a word, where a name is taken already.
    """
    _separate(graph)
    public = {spec.name for spec in (*signature.inputs, *signature.outputs)}
    border = [*graph.inputs, *graph.outputs]
    for value in _values(graph):
        if value.name in public and not any(value is each for each in border):
            value.name = f"{value.name}__inner"
    for number, value in enumerate(border):
        value.name = f"sideload__{number}"  # so that no rename meets a name that is still in use
    _give(graph.inputs, signature.inputs)
    _give(graph.outputs, signature.outputs)


def _separate(graph: onnx_ir.Graph) -> None:
    """An output that is an input, a weight or another output gets a value of its own."""
    taken: list[Any] = [*graph.inputs, *graph.initializers.values()]
    for position, value in enumerate(graph.outputs):
        if any(value is each for each in taken):
            node = onnx_ir.node("Identity", [value])
            node.outputs[0].type, node.outputs[0].shape = value.type, value.shape
            graph.append(node)
            graph.outputs[position] = node.outputs[0]
        taken.append(graph.outputs[position])


def _values(graph: onnx_ir.Graph) -> list[Any]:
    found: list[Any] = list(graph.initializers.values())
    for node in graph.all_nodes():
        found += node.outputs
    return found


def _give(values: Sequence[Any], specs: Sequence[TensorSpec]) -> None:
    for value, spec in zip(values, specs, strict=True):
        value.name = spec.name
        sizes = (size if isinstance(size, int) else size.name for size in spec.shape)
        value.shape = onnx_ir.Shape(list(sizes))

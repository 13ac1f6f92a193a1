"""A captured program as an ONNX model whose inputs and outputs are called as the signature says.

Source: torch/onnx/_internal/exporter (2.13). Opset 20 and IR 10 are what every runtime since 1.20
reads; node metadata holds the source lines and local paths of whoever exported, so none is kept.
"""

import contextlib
import logging
import warnings
from collections.abc import Iterator
from typing import Any, Final

import onnx
import torch

from sideload.errors import LoweringError
from sideload.runtimes import Captured
from sideload.runtimes import _onnx_names as names
from sideload.values import Dimension, TensorSpec

OPSET: Final = 20
IR_VERSION: Final = 10
MESSAGE_CHARACTERS: Final = 600


def exported(captured: Captured) -> onnx.ModelProto:
    """The float32 model, not yet checked.

    Raises:
        LoweringError: An operator has no ONNX form.
    """
    with quietly():
        try:
            made = torch.onnx.export(
                captured.program, (), dynamo=True, opset_version=OPSET, verbose=False
            )
        except Exception as error:
            raise _refusal(captured.subject.name, error) from error
    if made is None:
        raise AssertionError("torch.onnx.export gives a program when it is not told a file")
    model: onnx.ModelProto = made.model_proto
    strip(model.graph)
    signature = captured.signature
    names.rename(
        model.graph,
        [spec.name for spec in signature.inputs],
        [spec.name for spec in signature.outputs],
    )
    specs = (*signature.inputs, *signature.outputs)
    for port, spec in zip([*model.graph.input, *model.graph.output], specs, strict=True):
        _name_axes(port, spec)
    return model


def _refusal(name: str, error: Exception) -> LoweringError:
    causes: list[BaseException] = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    words = " ".join(str(causes[-1]).split())[:MESSAGE_CHARACTERS]
    return LoweringError(
        f"{name} has no ONNX form: {type(causes[-1]).__name__}: {words}",
        remedy="--runtime executorch, or write that operation with others in forward",
    )


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without the chatter of exporters and quantisers, one line for each node."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def strip(graph: onnx.GraphProto) -> None:
    """Remove what is said about nodes and values, here and in the graphs inside."""
    del graph.value_info[:]
    del graph.metadata_props[:]
    graph.doc_string = ""
    described: list[Any] = [*graph.node, *graph.input, *graph.output, *graph.initializer]
    for one in described:
        del one.metadata_props[:]
        one.doc_string = ""
    for inner in names.inner_graphs(graph.node):
        strip(inner)


def _name_axes(port: onnx.ValueInfoProto, spec: TensorSpec) -> None:
    shape = port.type.tensor_type.shape
    del shape.dim[:]
    for size in spec.shape:
        if isinstance(size, Dimension):
            shape.dim.add().dim_param = size.name
        else:
            shape.dim.add().dim_value = size

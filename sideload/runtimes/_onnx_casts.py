"""Casts at the border of an ONNX graph, where a file that exists has other dtypes than wanted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

import onnx

from sideload.runtimes import _onnx_names as names
from sideload.runtimes._onnx_file import DTYPES
from sideload.values import Signature, TensorSpec

NUMBERS: Final = {dtype: number for number, dtype in DTYPES.items()}
Ports: TypeAlias = Sequence[tuple[Any, TensorSpec]]


def add(graph: onnx.GraphProto, signature: Signature) -> None:
    """Give the graph's inputs and outputs the dtypes that `signature` says; names stay the same.

    What is inside goes on with values of its own dtype, under other names.
    """
    stored = {value.name for value in graph.initializer}
    own = (port for port in graph.input if port.name not in stored)
    inputs = [*_differing(own, signature.inputs)]
    changed = [*_differing(graph.output, signature.outputs)]
    # What comes out as it went in was cast then.
    passed = {port.name for port, _ in inputs}
    outputs = [(port, spec) for port, spec in changed if port.name not in passed]
    within = names.inside(graph, [port.name for port, _ in (*inputs, *outputs)])
    nodes = [*graph.node]
    del graph.node[:]
    graph.node.extend(_casts(inputs, within, inwards=True))
    graph.node.extend(nodes)
    graph.node.extend(_casts(outputs, within, inwards=False))
    for port, spec in (*inputs, *changed):
        port.type.tensor_type.elem_type = NUMBERS[spec.dtype]


def _differing(
    ports: Iterable[Any], specs: Sequence[TensorSpec]
) -> Iterator[tuple[Any, TensorSpec]]:
    for port, spec in zip(ports, specs, strict=True):
        if port.type.tensor_type.elem_type != NUMBERS[spec.dtype]:
            yield port, spec


def _casts(ports: Ports, within: dict[str, str], *, inwards: bool) -> Iterator[onnx.NodeProto]:
    for port, spec in ports:
        ends = [port.name], [within[port.name]]
        given, made = ends if inwards else ends[::-1]
        to = port.type.tensor_type.elem_type if inwards else NUMBERS[spec.dtype]
        yield onnx.helper.make_node("Cast", given, made, name=f"{port.name}_border", to=to)

"""Renaming the inputs and outputs of an ONNX graph.

The exporter names values after its own nodes, and writes a file with two values of one name without
a word where an output is called like a node inside: such a file does not load.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

import onnx


def rename(graph: onnx.GraphProto, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Call the graph's inputs and outputs, in order, by names that differ from each other.

    What else has one of these names gets another; an output that is also an input, a constant or
    another output becomes a value of its own.
    """
    _separate_outputs(graph)
    ports = [*graph.input, *graph.output]
    wanted = {port.name: name for port, name in zip(ports, [*inputs, *outputs], strict=True)}
    taken = {*_values(graph), *wanted.values()}
    for name in _values(graph):
        if name not in wanted and name in wanted.values():
            wanted[name] = _fresh(name, taken)
    _apply(graph, wanted)


def inside(graph: onnx.GraphProto, ports: Sequence[str]) -> dict[str, str]:
    """Other names for what these inputs and outputs are called inside, which the nodes then use."""
    taken = set(_values(graph))
    found = {name: _fresh(name, taken) for name in ports}
    _apply_inside(graph, found)
    return found


def inner_graphs(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.GraphProto]:
    """The bodies of those of `nodes` that branch or loop."""
    for node in nodes:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield attribute.g
            yield from attribute.graphs


def _separate_outputs(graph: onnx.GraphProto) -> None:
    seen = {value.name for value in [*graph.input, *graph.initializer]}
    taken = set(_values(graph))
    for port in graph.output:
        if port.name in seen:
            name = _fresh(port.name, taken)
            graph.node.append(onnx.helper.make_node("Identity", [port.name], [name], name=name))
            port.name = name
        seen.add(port.name)


def _fresh(name: str, taken: set[str]) -> str:
    free = next(n for k in itertools.count(1) if (n := f"{name}_inner_{k}") not in taken)
    taken.add(free)
    return free


def _values(graph: onnx.GraphProto) -> Iterator[str]:
    """Every name of a value, here and in the graphs inside."""
    for value in [*graph.input, *graph.output, *graph.initializer]:
        yield value.name
    for node in graph.node:
        yield from node.output
    for inner in inner_graphs(graph.node):
        yield from _values(inner)


def _apply(graph: onnx.GraphProto, names: Mapping[str, str]) -> None:
    for value in [*graph.input, *graph.output]:
        value.name = names.get(value.name, value.name)
    _apply_inside(graph, names)


def _apply_inside(graph: onnx.GraphProto, names: Mapping[str, str]) -> None:
    for value in graph.initializer:
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        for ends in (node.input, node.output):
            ends[:] = [names.get(name, name) for name in ends]
    for inner in inner_graphs(graph.node):
        _apply(inner, names)

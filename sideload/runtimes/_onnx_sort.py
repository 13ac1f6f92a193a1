"""Putting the nodes of an ONNX graph in an order in which each comes after what it reads."""

from collections.abc import Iterator
from graphlib import TopologicalSorter

import onnx

from sideload.runtimes._onnx_names import inner_graphs


def sort(graph: onnx.GraphProto) -> None:
    """Converters append nodes at the end, which runtimes forgive and the checker does not."""
    maker = {name: index for index, node in enumerate(graph.node) for name in node.output}
    needs = {
        index: {maker[name] for name in _read(node) if name in maker}
        for index, node in enumerate(graph.node)
    }
    if all(before < index for index, befores in needs.items() for before in befores):
        return
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    nodes = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        nodes += [onnx.NodeProto.FromString(graph.node[i].SerializeToString()) for i in ready]
        sorter.done(*ready)
    del graph.node[:]
    graph.node.extend(nodes)


def _read(node: onnx.NodeProto) -> Iterator[str]:
    """What the node reads; what the graphs inside of it read counts as read by it."""
    yield from node.input
    for inner in inner_graphs([node]):
        yield from (output.name for output in inner.output)
        for one in inner.node:
            yield from _read(one)

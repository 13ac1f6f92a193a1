"""Which kind of arithmetic dominates an ONNX graph."""

import math

import onnx

from sideload.runtimes._kind import Work


def of_graph(graph: onnx.GraphProto) -> Work:
    """Elements of weights by kind: without running the graph, how often each is used is unknown.

    A convolution's weights are used at each position and others at each token, so that the count of
    elements stands for work only roughly; the last product is left out, as a head runs once.
    """
    sizes = {value.name: math.prod(value.dims) for value in graph.initializer}
    held = {"Conv": [0], "Product": [0], "Gather": [0]}
    for node in graph.node:
        kind = {"Gemm": "Product", "MatMul": "Product", "ConvTranspose": "Conv"}.get(node.op_type)
        kind = kind or node.op_type
        if kind in held:
            held[kind].append(max((sizes.get(name, 0) for name in node.input[:2]), default=0))
    return Work(
        convolved=sum(held["Conv"]),
        linear=sum(held["Product"][:-1]),
        embedded=sum(held["Gather"]),
    )

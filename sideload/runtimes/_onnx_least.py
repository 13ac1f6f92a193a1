"""Which versions of ONNX Runtime read a file, by what was tried with each of them."""

from collections.abc import Iterator
from typing import Final

import onnx

from sideload.runtimes._onnx_names import inner_graphs

# The greatest opset and the greatest IR version that each reads, the oldest that was tried first.
READS: Final = (
    ("1.20", 21, 10),
    ("1.22", 22, 10),
    ("1.23", 23, 11),
    ("1.24", 25, 13),
    ("1.27", 26, 13),
)
BITS: Final = 8
# Rows from which on there are products of 8 bits, and tables that say how many bits they have: the
# versions before refuse them, although the numbers of the file are low enough.
EARLY: Final = 0
WIDE_PRODUCTS: Final = 1
TOLD_TABLES: Final = 2


def version(model: onnx.ModelProto) -> str:
    """The oldest version that reads it, such as `1.20`; empty where none that was tried does."""
    opset = max((one.version for one in model.opset_import if not one.domain), default=1)
    needed = max((_since(node) for node in _nodes(model.graph)), default=EARLY)
    found = (
        name
        for name, most, newest in READS[needed:]
        if opset <= most and model.ir_version <= newest
    )
    return next(found, "")


def _since(node: onnx.NodeProto) -> int:
    """From which row of `READS` on there is such a node."""
    bits = next((one.i for one in node.attribute if one.name == "bits"), None)
    if node.op_type == "MatMulNBits" and bits == BITS:
        return WIDE_PRODUCTS
    return TOLD_TABLES if node.op_type == "GatherBlockQuantized" and bits is not None else EARLY


def _nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    yield from graph.node
    for inner in inner_graphs(graph.node):
        yield from _nodes(inner)

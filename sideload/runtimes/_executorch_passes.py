"""Passes over programs in edge form, for what neither fusion nor XNNPACK takes as it is."""

from typing import Any

import torch
from executorch.exir.dialects._ops import ops
from executorch.exir.pass_base import ExportPass, PassResult

from sideload.schemes import Scheme


def needed(program: Any, scheme: Scheme) -> list[Any]:  # noqa: ANN401 - an exported program
    """The passes that `program` needs before it is partitioned; none for most."""
    targets = {node.target for node in program.graph.nodes}
    passes = [RemovePaddingIndex()] if scheme.embedding_bits else []
    if torch.ops.aten.im2col.default in targets:
        passes.append(RemoveEmptyPads())
    return passes


class RemovePaddingIndex(ExportPass):
    """The fusion that makes quantised embeddings matches only `embedding(weight, indices)`."""

    def call(self, graph_module: Any) -> Any:  # noqa: ANN401
        """Without the third argument, which training alone has a use for."""
        for node in graph_module.graph.nodes:
            if node.target == ops.edge.aten.embedding.default:
                node.args = node.args[:2]
        graph_module.recompile()
        return PassResult(graph_module, modified=True)


class RemoveEmptyPads(ExportPass):
    """Unfolding pads by nothing, which XNNPACK takes in int8 and then does not load."""

    def call(self, graph_module: Any) -> Any:  # noqa: ANN401
        """Without pads of size 0 on all sides."""
        for node in list(graph_module.graph.nodes):
            if node.target == ops.edge.aten.constant_pad_nd.default and not any(node.args[1]):
                node.replace_all_uses_with(node.args[0])
                graph_module.graph.erase_node(node)
        graph_module.recompile()
        return PassResult(graph_module, modified=True)

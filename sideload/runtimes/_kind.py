"""Which kind of arithmetic dominates a model; that decides how it is quantised."""

from dataclasses import dataclass
from typing import Any, Final

import torch

CONVOLUTIONS: Final = frozenset(
    {
        torch.ops.aten.conv1d.default,
        torch.ops.aten.conv1d.padding,
        torch.ops.aten.conv2d.default,
        torch.ops.aten.conv2d.padding,
        torch.ops.aten.conv3d.default,
        torch.ops.aten.conv_transpose1d.default,
        torch.ops.aten.conv_transpose2d.input,
        torch.ops.aten.convolution.default,
    }
)
# The share of linear layers beside convolutions that is more than a classifier's head.
WORTH_QUANTISING: Final = 0.02
LINEARS: Final = frozenset({torch.ops.aten.linear.default, torch.ops.aten.addmm.default})
EMBEDDINGS: Final = frozenset({torch.ops.aten.embedding.default})


@dataclass(frozen=True, kw_only=True)
class Work:
    """Multiplications of one inference on the examples, and elements of embedding tables."""

    convolved: int
    linear: int
    embedded: int

    @property
    def prefers_static(self) -> bool:
        """Whether calibrated activations suit the model: one whose work is in its convolutions.

        Models of linear layers with attention are wide in range between tokens, and static ranges
        ruin them; a convolution is quantised at run time only by slow kernels.
        """
        return self.convolved > 0 and self.convolved >= self.linear


def work(program: Any) -> Work:  # noqa: ANN401 - an exported program
    """How much of each kind a captured program does."""
    nodes = [node for node in program.graph.nodes if node.op == "call_function"]
    return Work(
        convolved=sum(_convolution(node) for node in nodes if node.target in CONVOLUTIONS),
        linear=sum(_linear(node) for node in nodes if node.target in LINEARS),
        embedded=sum(_elements(node.args[0]) for node in nodes if node.target in EMBEDDINGS),
    )


def _convolution(node: Any) -> int:  # noqa: ANN401
    """Each output element costs the weight's elements without its first axis.

    For transposed convolutions that is right up to the ratio of channels, which is near enough.
    """
    weight = node.args[1].meta["val"].shape
    return _elements(node) * int(weight[1:].numel())


def _linear(node: Any) -> int:  # noqa: ANN401
    return _elements(node) * int(node.args[1].meta["val"].shape[-1])


def _elements(node: Any) -> int:  # noqa: ANN401
    total = 1
    for size in node.meta["val"].shape:
        total *= size if isinstance(size, int) else size.node.hint
    return int(total)

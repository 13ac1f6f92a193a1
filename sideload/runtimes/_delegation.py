"""What a backend took of a program, and the gate that keeps heavy arithmetic off portable kernels.

They are written to be correct and small: MobileNetV2 on them is 220 times as slow as on XNNPACK.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import torch

from sideload.errors import DelegationError
from sideload.values import Delegation

HEAVY: Final = frozenset(
    {
        "convolution",
        "conv1d",
        "conv2d",
        "conv3d",
        "linear",
        "mm",
        "bmm",
        "addmm",
        "baddbmm",
        "matmul",
        "scaled_dot_product_attention",
    }
)


def counted(edge: Any) -> Delegation:  # noqa: ANN401
    """How many operators were taken, and which were left; counts are of graph nodes."""
    taken: Counter[str] = Counter()
    left: Counter[str] = Counter()
    names: set[str] = set()
    for graph_module, node in _called(edge):
        if node.target is torch.ops.higher_order.executorch_call_delegate:
            lowered = getattr(graph_module, node.args[0].name)
            names.add(lowered.backend_id)
            taken.update(_operators(lowered.original_module.graph))
        elif _computes(node):
            left[_operator(node)] += 1
    return Delegation(
        backends=tuple(sorted(names)),
        delegated=taken.total(),
        portable=left.total(),
        portable_operators=dict(left.most_common()),
    )


def _called(edge: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """What is called in any of the methods, with the graph that it is called in."""
    for method in sorted(edge.methods):
        graph_module = edge.exported_program(method).graph_module
        for node in graph_module.graph.nodes:
            if node.op == "call_function":
                yield graph_module, node


def _computes(node: Any) -> bool:  # noqa: ANN401
    """Whether it gives tensors; sizes are numbers, and `getitem` picks from what is there."""
    value = node.meta.get("val")
    return isinstance(value, torch.Tensor | tuple | list) and "getitem" not in str(node.target)


def _operators(graph: Any) -> Counter[str]:  # noqa: ANN401
    return Counter(_operator(node) for node in graph.nodes if node.op == "call_function")


def _operator(node: Any) -> str:  # noqa: ANN401
    return str(getattr(node.target, "__name__", node.target))


def heavy(operators: Mapping[str, int]) -> dict[str, int]:
    """The convolutions and matrix products among `operators`, with their counts."""
    return {name: count for name, count in operators.items() if _base(name) in HEAVY}


def _base(name: str) -> str:
    """`aten.convolution.default` is a `convolution`."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def check(delegation: Delegation, backend: str, *, subject: str) -> None:
    """Refuse a program that leaves convolutions or matrix products to portable kernels.

    Args:
        delegation: What the backend took, and what it left.
        backend: Its name, for the message.
        subject: What the message calls the program, such as "minilm at int8".

    Raises:
        DelegationError: It names the operators and how many there are of each.
    """
    left = heavy(delegation.portable_operators)
    if left:
        names = ", ".join(f"{count} × {name}" for name, count in left.items())
        raise DelegationError(
            f"{subject}: {backend} left {names} to portable kernels, hundreds of times slower",
            remedy="--runtime onnxruntime, --precision float32, or a layer that the backend takes "
            "(2-d convolutions without dilation where transposed, 2-d weights)",
        )

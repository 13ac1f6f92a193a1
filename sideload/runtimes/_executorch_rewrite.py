"""Programs in the form that XNNPACK takes: the same answers from other operators."""

from typing import Any, Final

import torch

# XNNPACK turns a 1-d convolution into a 2-d one by reshapes that allow one open axis only.
OPEN_AXES: Final = 1
WEIGHTED: Final = frozenset(
    {
        torch.ops.aten.linear.default,
        torch.ops.aten.addmm.default,
        torch.ops.aten.conv1d.default,
        torch.ops.aten.conv2d.default,
        torch.ops.aten.convolution.default,
    }
)


def rewritten(program: Any) -> Any:  # noqa: ANN401 - an exported program
    """`program`, or an equal one that leaves less to portable kernels.

    Convolutions over one axis become convolutions over two where XNNPACK needs it, and weights that
    are computed from constants (weight norm, slices of one large projection) become constants.
    """
    found = {
        node.target
        for node in program.graph.nodes
        if node.target in _DECOMPOSITIONS and _open_axes(node.args[0]) > OPEN_AXES
    }
    if found:
        program = program.run_decompositions({name: _DECOMPOSITIONS[name] for name in found})
    if not _computes_weights(program):
        return program
    from executorch.exir.passes.constant_prop_pass import constant_prop_pass

    folded = constant_prop_pass(program, custom_skip_targets=_quantising(program))
    for name, constant in folded.constants.items():
        # A slice shares its storage, and what is serialised is the start of the storage.
        if isinstance(constant, torch.Tensor):
            folded.constants[name] = constant.detach().clone(memory_format=torch.contiguous_format)
    return folded


def _open_axes(node: Any) -> int:  # noqa: ANN401 - a node of a graph
    return sum(not isinstance(size, int) for size in node.meta["val"].shape)


def _computes_weights(program: Any) -> bool:  # noqa: ANN401
    inputs = frozenset(program.graph_signature.user_inputs)
    return any(
        node.target in WEIGHTED and _computed(node.args[1], inputs) for node in program.graph.nodes
    )


def _computed(node: Any, inputs: frozenset[str]) -> bool:  # noqa: ANN401
    """Whether `node` is a result, and of constants only."""
    seen, waiting = set(), [node]
    while waiting:
        one = waiting.pop()
        if one.name in inputs or _quantises(one):
            return False
        seen.add(one)
        waiting.extend(before for before in one.all_input_nodes if before not in seen)
    return bool(node.op == "call_function")


def _quantising(program: Any) -> set[Any]:  # noqa: ANN401
    return {node.target for node in program.graph.nodes if _quantises(node)}


def _quantises(node: Any) -> bool:  # noqa: ANN401
    return node.op == "call_function" and "quantize" in str(node.target)


def _conv1d(  # noqa: PLR0917 - the signature of aten.conv1d
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: tuple[int, ...] = (1,),
    padding: tuple[int, ...] = (0,),
    dilation: tuple[int, ...] = (1,),
    groups: int = 1,
) -> torch.Tensor:
    made: torch.Tensor = torch.ops.aten.conv2d.default(
        x.unsqueeze(2),
        weight.unsqueeze(2),
        bias,
        (1, stride[0]),
        (0, padding[0]),
        (1, dilation[0]),
        groups,
    )
    return made.squeeze(2)


_DECOMPOSITIONS: Final = {torch.ops.aten.conv1d.default: _conv1d}

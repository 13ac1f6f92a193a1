"""Programs in the form that XNNPACK takes: the same answers from other operators."""

import copy
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

    Convolutions over one axis become convolutions over two where XNNPACK needs it. Weights and
    biases that are computed from constants become constants (weight norm, slices of one large
    projection), and so do products of constants (learned position biases).
    """
    found = {
        node.target
        for node in program.graph.nodes
        if node.target in _DECOMPOSITIONS and _open_axes(node.args[0]) > OPEN_AXES
    }
    computed = _computes_constants(program)
    # What changes a constant in place would change it again at each call.
    if found or computed or any(_changes(node) for node in program.graph.nodes):
        program = program.run_decompositions({name: _DECOMPOSITIONS[name] for name in found})
    # A convolution that was rewritten reshapes its weight.
    return _folded(program) if found or computed else program


def _folded(program: Any) -> Any:  # noqa: ANN401
    """`program` with what is computed from constants as constants."""
    from executorch.exir.passes.constant_prop_pass import constant_prop_pass

    # The pass takes out what it folds, and programs share their weights with what they came from.
    own = torch.export.ExportedProgram(
        root=program.graph_module,
        graph=program.graph,
        graph_signature=copy.deepcopy(program.graph_signature),
        state_dict=dict(program.state_dict),
        range_constraints=program.range_constraints,
        module_call_graph=program.module_call_graph,
        example_inputs=program.example_inputs,
        constants=dict(program.constants),
        verifiers=[program.verifier],
    )
    folded = constant_prop_pass(own, custom_skip_targets=_quantising(program))
    for name, constant in folded.constants.items():
        # A slice shares its storage, and what is serialised is the start of the storage.
        if isinstance(constant, torch.Tensor):
            folded.constants[name] = constant.detach().clone(memory_format=torch.contiguous_format)
    return folded


def _open_axes(node: Any) -> int:  # noqa: ANN401 - a node of a graph
    return sum(not isinstance(size, int) for size in node.meta["val"].shape)


def _changes(node: Any) -> bool:  # noqa: ANN401
    """Whether it changes one of its inputs in place."""
    schema = getattr(node.target, "_schema", None)
    return bool(schema is not None and schema.is_mutable)


def _computes_constants(program: Any) -> bool:  # noqa: ANN401
    """Whether some product has a weight or bias that is a result, or is one of constants alone."""
    inputs = frozenset(program.graph_signature.user_inputs)
    return any(
        any(_computed(one, inputs) for one in (node, *node.args[1:3]))
        for node in program.graph.nodes
        if node.target in WEIGHTED
    )


def _computed(node: Any, inputs: frozenset[str]) -> bool:  # noqa: ANN401
    """Whether `node` is a result, and of constants only."""
    if getattr(node, "op", None) != "call_function":
        return False
    seen, waiting = set(), [node]
    while waiting:
        one = waiting.pop()
        if one.name in inputs or _quantises(one):
            return False
        seen.add(one)
        waiting.extend(before for before in one.all_input_nodes if before not in seen)
    return True


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

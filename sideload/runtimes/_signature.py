"""What goes into a captured program and comes out of it, as a `Signature`."""

import re
from collections.abc import Mapping
from typing import Any, Final

import torch
from torch.utils import _pytree as pytree

from sideload.errors import SourceError
from sideload.values import Dimension, Signature, Subject, TensorSpec

DTYPES: Final[Mapping[torch.dtype, str]] = {
    torch.float32: "float32",
    torch.float64: "float64",
    torch.float16: "float16",
    torch.int8: "int8",
    torch.int16: "int16",
    torch.int32: "int32",
    torch.int64: "int64",
    torch.uint8: "uint8",
    torch.bool: "bool",
}


def signature(program: Any, subject: Subject) -> Signature:  # noqa: ANN401 - an exported program
    """Inputs as the subject names them, outputs with the sizes that the program computed.

    Raises:
        SourceError: Not one name for each output, or one that is not a tensor that runtimes carry.
    """
    symbols = _symbols(program, subject)
    names = subject.output_names or _names(program)
    outputs = _output_values(program)
    if len(names) != len(outputs):
        raise SourceError(
            f"{subject.name} has {len(outputs)} outputs, but {len(names)} names: "
            f"{', '.join(names)}",
            remedy="give one output name for each tensor that forward returns",
        )
    return Signature(
        inputs=tuple(_input_spec(subject, name) for name in subject.examples),
        outputs=tuple(
            _output_spec(name, value, symbols, program)
            for name, value in zip(names, outputs, strict=True)
        ),
        labels=subject.labels,
    )


def _output_values(program: Any) -> list[Any]:  # noqa: ANN401
    """What each output was when it was traced: a tensor without data, or a constant."""
    nodes = {node.name: node for node in program.graph.nodes}
    return [
        nodes[name].meta["val"] if name in nodes else name
        for name in program.graph_signature.user_outputs
    ]


def _names(program: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Names for the outputs from the keys and positions that lead to them in what came back."""
    count = len(program.graph_signature.user_outputs)
    tree = pytree.tree_unflatten(list(range(count)), program.call_spec.out_spec)
    paths, _ = pytree.tree_flatten_with_path(tree)
    words = ["_".join(_word(key) for key in path) for path, _ in paths]
    return tuple(
        "output" if not word else f"output_{word}" if word[0].isdigit() else word for word in words
    )


def _word(key: Any) -> str:  # noqa: ANN401 - one of pytree's keys
    for attribute in ("key", "name", "idx"):
        if hasattr(key, attribute):
            return re.sub(r"\W+", "_", str(getattr(key, attribute)))
    return re.sub(r"\W+", "_", str(key))


def _input_spec(subject: Subject, name: str) -> TensorSpec:
    array = subject.examples[name]
    axes = subject.dynamic.get(name, {})
    shape = tuple(axes.get(axis, size) for axis, size in enumerate(array.shape))
    return TensorSpec(name=name, dtype=str(array.dtype), shape=shape)


def _symbols(program: Any, subject: Subject) -> dict[str, Dimension]:  # noqa: ANN401
    """Which symbol of the program stands for which named dimension."""
    found: dict[str, Dimension] = {}
    nodes = {node.name: node for node in program.graph.nodes}
    for user, name in zip(program.graph_signature.user_inputs, subject.examples, strict=True):
        value = nodes[user].meta["val"]
        for axis, dim in subject.dynamic.get(name, {}).items():
            found[str(value.shape[axis])] = dim
    return found


def _output_spec(
    name: str,
    value: Any,  # noqa: ANN401 - a tensor, or whatever else the user returned
    symbols: Mapping[str, Dimension],
    program: Any,  # noqa: ANN401
) -> TensorSpec:
    if not isinstance(value, torch.Tensor) or value.dtype not in DTYPES:
        what = str(getattr(value, "dtype", f"the constant {value!r}"))
        raise SourceError(
            f"output {name!r} is {what}, which no runtime carries",
            remedy="return tensors of float, integer or bool dtype from forward",
        )
    shape = tuple(_size(size, symbols, program) for size in value.shape)
    return TensorSpec(name=name, dtype=DTYPES[value.dtype], shape=shape)


def _size(size: Any, symbols: Mapping[str, Dimension], program: Any) -> int | Dimension:  # noqa: ANN401
    if isinstance(size, int):
        return size
    if str(size) in symbols:
        return symbols[str(size)]
    text = re.sub(r"\w+", lambda m: symbols[m[0]].name if m[0] in symbols else m[0], str(size))
    bounds = program.range_constraints.get(size.node.expr)
    least = int(bounds.lower) if bounds is not None else 1
    most = int(bounds.upper) if bounds is not None and bounds.upper < 2**31 else None
    return Dimension(name=text, min=least, max=most)

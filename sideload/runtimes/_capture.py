"""One `torch.export` for both runtimes, and the signature that it fixes."""

import logging
import re
import traceback
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch

from sideload.errors import CaptureError, SourceError
from sideload.runtimes import Captured
from sideload.values import Dimension, Signature, Subject, TensorSpec

logger: Final = logging.getLogger(__name__)
CURES: Final[Mapping[str, str]] = {
    "data-dependent": "replace a Python `if`/`int()` on tensor values by torch.where or torch.cond",
    "GuardOnDataDependentSymNode": (
        "replace a Python `if`/`int()` on tensor values by torch.where or torch.cond"
    ),
    "Constraints violated": "give that axis a fixed size, or widen its range in `dynamic`",
    "numpy": "use torch operations in forward instead of numpy",
    "item()": "keep the value a tensor instead of calling .item()",
}
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


def tensors(subject: Subject) -> tuple[torch.Tensor, ...]:
    """The subject's example inputs, in forward order."""
    return tuple(torch.from_numpy(array.copy()) for array in subject.examples.values())


def dimensions(subject: Subject) -> tuple[dict[int, Any] | None, ...] | None:
    """`dynamic_shapes` for `torch.export`: one `Dim` per name, shared between inputs."""
    if not subject.dynamic:
        return None
    made: dict[str, Any] = {}
    for axes in subject.dynamic.values():
        for dim in axes.values():
            made.setdefault(dim.name, torch.export.Dim(dim.name, min=dim.min, max=dim.max))
    return tuple(
        {axis: made[dim.name] for axis, dim in subject.dynamic.get(name, {}).items()} or None
        for name in subject.examples
    )


def export(
    module: Any,  # noqa: ANN401 - torch is not analysed
    args: Sequence[torch.Tensor],
    shapes: object,
) -> Any:  # noqa: ANN401
    """`torch.export` without gradients or chatter.

    Raises:
        CaptureError: With the line of the user's code and the usual cure.
    """
    # Export asks for a guard on every axis that a model pins; those are our own fixed axes.
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return torch.export.export(module, tuple(args), dynamic_shapes=shapes, strict=False)
        except Exception as error:
            raise CaptureError(
                f"torch.export cannot capture the model: {_summary(error)}{_user_line(error)}",
                remedy=_cure(str(error)),
            ) from error


def capture(subject: Subject) -> Captured:
    """Export `subject` once; both runtimes lower what comes out.

    Raises:
        CaptureError: `torch.export` refuses the model.
        SourceError: An output is not a tensor of a dtype that runtimes carry.
    """
    program = export(subject.module, tensors(subject), dimensions(subject))
    symbols = _symbols(program, subject)
    nodes = {node.name: node for node in program.graph.nodes}
    outs = [nodes.get(name) for name in program.graph_signature.user_outputs]
    names = subject.output_names or _default_names(len(outs))
    if len(names) != len(outs):
        raise SourceError(
            f"{subject.name} has {len(outs)} outputs, but {len(names)} names: {', '.join(names)}",
            remedy="give one output name for each tensor that forward returns",
        )
    signature = Signature(
        inputs=tuple(_input_spec(subject, name) for name in subject.examples),
        outputs=tuple(
            _output_spec(name, node, symbols, program)
            for name, node in zip(names, outs, strict=True)
        ),
        labels=subject.labels,
    )
    return Captured(subject=subject, program=program, signature=signature)


def _default_names(count: int) -> tuple[str, ...]:
    return ("output",) if count == 1 else tuple(f"output_{index}" for index in range(count))


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


def _output_spec(name: str, node: Any, symbols: Mapping[str, Dimension], program: Any) -> TensorSpec:  # noqa: ANN401
    value = None if node is None else node.meta.get("val")
    if not isinstance(value, torch.Tensor) or value.dtype not in DTYPES:
        what = "a constant" if value is None else str(getattr(value, "dtype", type(value).__name__))
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


def _summary(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:400] if lines else type(error).__name__


def _user_line(error: Exception) -> str:
    """The last frame outside of torch and of this package, and what torch itself points at."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "site-packages" not in f.filename and "sideload/" not in f.filename]
    pointed = re.search(r'File "([^"]+)", line (\d+), in \w+\n\s*(.+)', str(error))
    if pointed and "site-packages" not in pointed[1]:
        return f"\n  at {pointed[1]}:{pointed[2]}: {pointed[3].strip()}"
    if ours:
        return f"\n  at {ours[-1].filename}:{ours[-1].lineno}: {ours[-1].line}"
    return ""


def _cure(text: str) -> str:
    for word, cure in CURES.items():
        if word.lower() in text.lower():
            return cure
    return "run torch.export.export(model, inputs) by itself and simplify the line shown above"

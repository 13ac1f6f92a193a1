"""What PyTorch itself answers: the reference that everything else is compared with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch.utils import _pytree as pytree

from sideload import runtimes
from sideload.errors import SourceError
from sideload.runtimes import Captured
from sideload.values import TensorSpec

if TYPE_CHECKING:
    from sideload.runtimes import Answers
    from sideload.values import Arrays


def answers(captured: Captured) -> "tuple[Answers, ...]":
    """One tuple of outputs for each evaluation sample.

    An existing ONNX file has no PyTorch model behind it; there, the file as it was given is the
    reference for what is made from it.

    Raises:
        SourceError: The model raised on one of its own evaluation inputs.
    """
    subject = captured.subject
    if subject.onnx_file is not None:
        call = runtimes.get("onnxruntime").load(subject.onnx_file, captured.signature)
        if call is None:
            raise AssertionError("ONNX Runtime runs on every host")
        outputs = captured.signature.outputs
        return tuple(_outside(call(sample), outputs) for sample in subject.evaluation)
    with torch.no_grad():
        return tuple(_eager(captured, sample) for sample in subject.evaluation)


def _outside(answers: "Answers", outputs: Sequence[TensorSpec]) -> "Answers":
    """Answers in the dtypes of the border, where the file as it was given has others."""
    pairs = zip(answers, outputs, strict=True)
    return tuple(one.astype(spec.dtype) if spec.inside else one for one, spec in pairs)


def _eager(captured: Captured, sample: "Arrays") -> "Answers":
    given = [torch.from_numpy(sample[spec.name].copy()) for spec in captured.signature.inputs]
    try:
        found: Any = captured.subject.module(*given)
    except Exception as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in sample.items())
        raise SourceError(
            f"{captured.subject.name} raised {type(error).__name__} on its evaluation input "
            f"({shapes}): {error}",
            remedy="call the model with that input by itself, and mend whichever is wrong",
        ) from error
    leaves = [leaf for leaf in pytree.tree_leaves(found) if isinstance(leaf, torch.Tensor)]
    return tuple(leaf.detach().contiguous().numpy() for leaf in leaves)

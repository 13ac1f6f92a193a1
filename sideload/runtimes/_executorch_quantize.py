"""Numeric schemes for ExecuTorch, and which of them suits which model."""

from typing import Any

import torch
from torch.utils import _pytree as pytree

from sideload.errors import CaptureError, SchemeError
from sideload.runtimes import Captured, _executorch_pt2e, _executorch_torchao
from sideload.runtimes._executorch_rewrite import rewritten
from sideload.runtimes._kind import Work
from sideload.runtimes._modules import copied
from sideload.runtimes._torch_export import dimensions, export, tensors
from sideload.schemes import Scheme


def quantized(captured: Captured, scheme: Scheme) -> Any:  # noqa: ANN401 - an exported program
    """The captured program at `scheme`, ready to be lowered.

    Raises:
        SchemeError: The model has nothing that the scheme is made for, or no calibration inputs.
    """
    if scheme.name == "float32":
        return rewritten(captured.program)
    if scheme.name == "float16":
        return _half(captured)
    if scheme.calibrated:
        program = _executorch_pt2e.quantized(captured, dynamic=scheme.name == "pt2e_dynamic")
    else:
        program = _executorch_torchao.quantized(captured, scheme)
    if not any("dequantize" in str(node.target) for node in program.graph.nodes):
        raise SchemeError(
            f"{scheme.name} finds nothing to quantise in {captured.subject.name}",
            remedy="--precision int8, which picks a scheme for the model's kind",
        )
    return program


def preferred(done: Work, asked: str) -> tuple[str, ...]:
    """Names of the schemes of precision `asked`, the best first for a model of that work."""
    if asked == "int4":
        return ("8da4w_emb8", "8da4w") if done.embedded else ("8da4w",)
    if done.prefers_static:
        return ("pt2e_static", "pt2e_dynamic") if done.linear else ("pt2e_static",)
    return ("pt2e_dynamic", "8da8w")


class _HalfInside(torch.nn.Module):
    """Computes in half precision behind a float32 border, so that apps need no half type."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.inner = copied(module, _halved)

    def forward(self, *inputs: torch.Tensor) -> Any:  # noqa: ANN401 - what the model returns
        """The answers of the model inside, floating point as float32."""
        answers = self.inner(*(x.half() if x.is_floating_point() else x for x in inputs))
        return pytree.tree_map_only(torch.Tensor, _single, answers)


def _halved(tensor: torch.Tensor) -> torch.Tensor:
    changed = tensor.detach().half() if tensor.is_floating_point() else tensor
    if not isinstance(tensor, torch.nn.Parameter):
        return changed
    return torch.nn.Parameter(changed, requires_grad=False)


def _single(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def _half(captured: Captured) -> Any:  # noqa: ANN401
    subject = captured.subject
    module, examples, shapes = _HalfInside(subject.module), tensors(subject), dimensions(subject)
    try:
        # Tracing does not see that two precisions meet in one operator; computing does.
        with torch.no_grad():
            module(*examples)
        # The wrapper's inputs are one variadic parameter, so their shapes are one tuple more.
        program = export(module, examples, None if shapes is None else (shapes,))
    except (CaptureError, RuntimeError) as error:
        raise SchemeError(
            f"{subject.name} cannot be computed in half precision: {str(error).splitlines()[0]}",
            remedy="--precision float32 or int8, or keep the dtype of the inputs in forward",
        ) from error
    return rewritten(program)

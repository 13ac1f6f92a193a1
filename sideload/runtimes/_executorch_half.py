"""Half precision inside, float32 at the border and in normalisation.

ExecuTorch's kernel for layer normalisation sums in the precision of its input: over 384 elements in
half precision its answers have nothing to do with the right ones (error 3.7 on a unit normal).
"""

from typing import Any, Final

import torch
from torch.utils import _pytree as pytree

from sideload.errors import CaptureError, SchemeError
from sideload.runtimes import Captured
from sideload.runtimes._executorch_rewrite import rewritten
from sideload.runtimes._modules import copied
from sideload.runtimes._torch_export import dimensions, export, tensors


def program(captured: Captured) -> Any:  # noqa: ANN401 - an exported program
    """The captured model, computed in half precision.

    Raises:
        SchemeError: The model mixes precisions by itself, so that half does not fit in.
    """
    subject = captured.subject
    module, examples, shapes = _HalfInside(subject.module), tensors(subject), dimensions(subject)
    try:
        # Tracing does not see that two precisions meet in one operator; computing does.
        with torch.no_grad():
            module(*examples)
        # The wrapper's inputs are one variadic parameter, so their shapes are one tuple more.
        made = export(module, examples, None if shapes is None else (shapes,))
    except (CaptureError, RuntimeError) as error:
        raise SchemeError(
            f"{subject.name} cannot be computed in half precision: {str(error).splitlines()[0]}",
            remedy="--precision float32 or int8, or keep the dtype of the inputs in forward",
        ) from error
    if any(node.target in _WIDER for node in made.graph.nodes):
        made = made.run_decompositions(dict(_WIDER))
    return rewritten(made)


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


def _layer_norm(  # noqa: PLR0917 - the signature of aten.layer_norm
    x: torch.Tensor,
    shape: list[int],
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    eps: float = 1e-5,
    enable: bool = True,  # noqa: ARG001
) -> torch.Tensor:
    wide = [None if one is None else one.float() for one in (weight, bias)]
    made: torch.Tensor = torch.ops.aten.native_layer_norm(x.float(), shape, *wide, eps)[0]
    return made.to(x.dtype)


def _group_norm(  # noqa: PLR0917 - the signature of aten.group_norm
    x: torch.Tensor,
    groups: int,
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    eps: float = 1e-5,
    enable: bool = True,  # noqa: ARG001
) -> torch.Tensor:
    wide = [None if one is None else one.float() for one in (weight, bias)]
    area = x[0, 0].numel()
    made: torch.Tensor = torch.ops.aten.native_group_norm(
        x.float(), *wide, x.shape[0], x.shape[1], area, groups, eps
    )[0]
    return made.to(x.dtype)


_WIDER: Final = {
    torch.ops.aten.layer_norm.default: _layer_norm,
    torch.ops.aten.group_norm.default: _group_norm,
}

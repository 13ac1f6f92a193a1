"""Models with another dtype at their border than inside, where a language cannot carry theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils import _pytree as pytree

from sideload.sources._modules import Adapted, Border, adapted
from sideload.values import Method, Signature, Subject, TensorSpec

if TYPE_CHECKING:
    from sideload.values import Arrays


@dataclass(frozen=True, kw_only=True)
class Inside:
    """Dtypes of a model's own inputs and outputs by numpy's names, in order."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class Cast(Adapted):
    """Gives `inner` its own dtypes, whatever comes, and answers in those of the border."""

    def __init__(
        self, inner: torch.nn.Module, border: Border, inside: Inside, casts: Mapping[str, str]
    ) -> None:
        super().__init__(inner, border)
        self.inside = inside
        self.casts = dict(casts)

    def answer(self, given: Sequence[torch.Tensor]) -> Any:  # noqa: ANN401 - what the model returns
        """What the inner module says, its tensors cast where they have to be."""
        pairs = zip(given, self.inside.inputs, strict=True)
        wanted = [_torch(one, inside) if inside in self.casts else one for one, inside in pairs]
        return pytree.tree_map_only(torch.Tensor, self._outside, super().answer(wanted))

    def _outside(self, tensor: torch.Tensor) -> torch.Tensor:
        border = self.casts.get(_name(tensor))
        return tensor if border is None else _torch(tensor, border)


def at_border(subject: Subject, casts: Mapping[str, str]) -> Subject:
    """`subject` with the dtypes that `casts` gives for its own, by numpy's names, at its border.

    Its evaluation inputs stay as they are, so that nothing is lost before PyTorch has answered.
    Subjects that are ONNX files stay as they are: there, the graph is what is changed.
    """
    if subject.onnx_file is not None or not casts:
        return subject
    methods = tuple(at_border(one, casts) for one in subject.methods)
    inside = _inside(subject)
    if not casts.keys() & {*inside.inputs, *inside.outputs}:
        return replace(subject, methods=methods)
    border = Border(names=tuple(subject.examples))
    return replace(
        subject,
        module=adapted(subject.module, border, Cast, inside=inside, casts=casts),
        examples=_cast(subject.examples, casts),
        calibration=tuple(_cast(sample, casts) for sample in subject.calibration),
        methods=methods,
    )


def told(signature: Signature, subject: Subject, casts: Mapping[str, str]) -> Signature:
    """`signature` with what the tensors are inside, where `subject` has something else outside."""
    if subject.onnx_file is not None:
        return replace(
            signature,
            inputs=tuple(_outside(spec, casts) for spec in signature.inputs),
            outputs=tuple(_outside(spec, casts) for spec in signature.outputs),
        )
    named = zip(signature.methods, subject.methods, strict=True)
    first = _told(Method(name="", inputs=signature.inputs, outputs=signature.outputs), subject)
    return replace(
        signature,
        inputs=first.inputs,
        outputs=first.outputs,
        methods=tuple(_told(method, one) for method, one in named),
    )


def _told(method: Method, subject: Subject) -> Method:
    if not isinstance(subject.module, Cast):
        return method
    inside = subject.module.inside
    return replace(
        method,
        inputs=tuple(map(_with, method.inputs, inside.inputs)),
        outputs=tuple(map(_with, method.outputs, inside.outputs)),
    )


def _with(spec: TensorSpec, inside: str) -> TensorSpec:
    return spec if spec.dtype == inside else replace(spec, inside=inside)


def _outside(spec: TensorSpec, casts: Mapping[str, str]) -> TensorSpec:
    border = casts.get(spec.dtype)
    return spec if border is None else replace(spec, dtype=border, inside=spec.dtype)


def _inside(subject: Subject) -> Inside:
    with torch.no_grad():
        answers = subject.module(*map(torch.from_numpy, subject.examples.values()))
    tensors = (one for one in pytree.tree_leaves(answers) if isinstance(one, torch.Tensor))
    return Inside(
        inputs=tuple(str(array.dtype) for array in subject.examples.values()),
        outputs=tuple(map(_name, tensors)),
    )


def _cast(sample: "Arrays", casts: Mapping[str, str]) -> "Arrays":
    return {
        name: np.asarray(array, dtype=casts.get(str(array.dtype), array.dtype))
        for name, array in sample.items()
    }


def _name(tensor: torch.Tensor) -> str:
    """Its dtype by numpy's name."""
    return str(tensor.dtype).removeprefix("torch.")


def _torch(tensor: torch.Tensor, dtype: str) -> torch.Tensor:
    return tensor.to(getattr(torch, dtype))

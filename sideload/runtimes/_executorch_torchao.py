"""torchao's schemes for linear layers: activations in int8 at run time, weights in int8 or int4."""

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import torch

from sideload.errors import SchemeError
from sideload.runtimes import Captured
from sideload.runtimes._executorch_rewrite import rewritten
from sideload.runtimes._kind import work
from sideload.runtimes._modules import copied
from sideload.runtimes._torch_export import dimensions, export, tensors
from sideload.schemes import Scheme

GROUP: Final = 32  # int4 weights share a scale in groups of 32, the size XNNPACK's kernels take
INT8_BITS: Final = 8


def quantized(captured: Captured, scheme: Scheme) -> Any:  # noqa: ANN401 - an exported program
    """The program with its linear layers, and where asked its embeddings, in few bits.

    Raises:
        SchemeError: The model has no modules of those kinds, such as one from a `.pt2` file.
    """
    from torchao.quantization import Int8DynamicActivationIntxWeightConfig, quantize_

    subject = captured.subject
    _refuse_without(torch.nn.Linear, captured, scheme)
    module = embedded(captured, scheme)
    kept = _Width(bits=4 if scheme.precision == "int4" else 8)
    config = Int8DynamicActivationIntxWeightConfig(
        weight_dtype=kept.dtype, weight_granularity=kept.granularity
    )
    with _quietly():
        quantize_(module, config, filter_fn=lambda m, _: kept.takes_linear(m))
    return rewritten(export(module, tensors(subject), dimensions(subject)))


def embedded(captured: Captured, scheme: Scheme) -> torch.nn.Module:
    """A copy of the model with its embedding tables at the bits that `scheme` wants.

    Raises:
        SchemeError: It wants some, and the model has no embeddings as modules.
    """
    from torchao.quantization import IntxWeightOnlyConfig, quantize_

    module = copied(captured.subject.module, lambda tensor: tensor)
    if scheme.embedding_bits:
        _refuse_without(torch.nn.Embedding, captured, scheme)
        table = _Width(bits=scheme.embedding_bits)
        config = IntxWeightOnlyConfig(weight_dtype=table.dtype, granularity=table.granularity)
        with _quietly():
            quantize_(module, config, filter_fn=lambda m, _: table.takes_embedding(m))
    return module


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _refuse_without(kind: type[torch.nn.Module], captured: Captured, scheme: Scheme) -> None:
    subject = captured.subject
    if not any(isinstance(module, kind) for module in subject.module.modules()):
        better = "pt2e_static" if work(captured.program).prefers_static else "pt2e_dynamic"
        raise SchemeError(
            f"{scheme.name} quantises modules of class torch.nn.{kind.__name__}, and "
            f"{subject.name} has none",
            remedy=f"--precision {better}",
        )


@dataclass(frozen=True, kw_only=True)
class _Width:
    """How weights of so many bits are stored: int4 in groups, int8 by rows."""

    bits: int

    @property
    def grouped(self) -> bool:
        return self.bits < INT8_BITS

    @property
    def dtype(self) -> Any:  # noqa: ANN401 - torch's types do not list its newer dtypes
        return getattr(torch, f"int{self.bits}")

    @property
    def granularity(self) -> Any:  # noqa: ANN401
        from torchao.quantization.granularity import PerAxis, PerGroup

        return PerGroup(GROUP) if self.grouped else PerAxis(0)

    def takes_linear(self, module: torch.nn.Module) -> bool:
        return isinstance(module, torch.nn.Linear) and self._divides(module.in_features)

    def takes_embedding(self, module: torch.nn.Module) -> bool:
        return isinstance(module, torch.nn.Embedding) and self._divides(module.embedding_dim)

    def _divides(self, length: int) -> bool:
        return not self.grouped or length % GROUP == 0

"""Numeric schemes for ExecuTorch, and which of them suits which model."""

from typing import Any, Final

import torch

from sideload.errors import SchemeError
from sideload.runtimes import Captured, _executorch_half, _executorch_pt2e, _executorch_torchao
from sideload.runtimes._executorch_rewrite import rewritten
from sideload.runtimes._kind import WORTH_QUANTISING, work
from sideload.schemes import Scheme

FORWARD: Final = "forward"
QUANTISED: Final = frozenset({"int8", "int4"})


def quantized(captured: Captured, scheme: Scheme) -> Any:  # noqa: ANN401 - an exported program
    """The captured program at `scheme`, ready to be lowered.

    Raises:
        SchemeError: The model has nothing that the scheme is made for, or no calibration inputs.
    """
    if scheme.name == "float32":
        return rewritten(captured.program)
    if scheme.name == "float16":
        return _executorch_half.program(captured)
    if scheme.name.startswith("pt2e"):
        program = _executorch_pt2e.quantized(captured, scheme)
    else:
        program = _executorch_torchao.quantized(captured, scheme)
    if not any("dequantize" in str(node.target) for node in program.graph.nodes):
        raise SchemeError(
            f"{scheme.name} finds nothing to quantise in {captured.subject.name}",
            remedy="--precision float16, or another scheme by name",
        )
    return program


def programs(captured: Captured, scheme: Scheme) -> tuple[dict[str, Any], tuple[str, ...]]:
    """All methods at `scheme`, `forward` first; and notes on those that stay in float32.

    Beside `forward`, a method need have nothing to quantise.

    Raises:
        SchemeError: As for `quantized`.
    """
    made = {FORWARD: quantized(captured, scheme)}
    notes: list[str] = []
    for one in captured.methods:
        name = one.subject.name
        try:
            made[name] = quantized(one, scheme)
        except SchemeError:
            if scheme.precision not in QUANTISED:
                raise
            made[name] = rewritten(one.program)
            notes.append(f"{name} has nothing that {scheme.name} quantises, and stays in float32")
    return made, tuple(notes)


def preferred(captured: Captured, asked: str) -> tuple[str, ...]:
    """Names of the schemes of precision `asked`, the best first for a model of this kind."""
    done = work(captured.program)
    # What comes from a .pt2 file has its embeddings as operators, which stay in float32.
    tables = any(isinstance(one, torch.nn.Embedding) for one in captured.subject.module.modules())
    if asked == "int4":
        return ("8da4w_emb8", "8da4w") if tables else ("8da4w",)
    if done.prefers_static:
        mixed = done.linear >= WORTH_QUANTISING * done.convolved
        return ("pt2e_static", "pt2e_dynamic") if mixed else ("pt2e_static",)
    return (*(("pt2e_dynamic_emb8",) if tables else ()), "pt2e_dynamic", "8da8w")

"""ONNX Runtime: `.onnx` files at opset 20 from `torch.export`, or from files that exist.

Telemetry is switched off before anything here imports the package: since 1.29 an import alone
writes a device id and queues events for upload.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import onnx

from sideload.errors import SchemeError
from sideload.runtimes import Captured, Lowered, Runtime
from sideload.runtimes import _onnx_casts as casts
from sideload.runtimes import _onnx_export as export
from sideload.runtimes import _onnx_file as given
from sideload.runtimes import _onnx_least as least
from sideload.runtimes import _onnx_quantize as quantize
from sideload.runtimes import _onnx_run as run
from sideload.runtimes._onnx_write import write
from sideload.schemes import Scheme, candidates
from sideload.values import Method, Signature

if TYPE_CHECKING:
    from sideload.runtimes import Call


@dataclass(frozen=True, kw_only=True)
class _Made:
    """The model that a program became; quantisers get copies, for they change what they get."""

    captured: Captured
    model: onnx.ModelProto


class OnnxRuntime:
    """Exports once and quantises from that; runs on the processor of this machine."""

    suffix: ClassVar[str] = ".onnx"
    packages: ClassVar[tuple[str, ...]] = ("torch", "onnx", "onnxscript", "onnxruntime")
    backends: ClassVar[tuple[str, ...]] = ("cpu",)

    def __init__(self) -> None:
        self._made: _Made | None = None

    def candidates(self, captured: Captured, asked: str) -> Sequence[Scheme]:
        """Static quantisation for convolutions, dynamic for the rest; then what loses less."""
        if captured.methods:
            raise SchemeError(
                f"{captured.subject.name} has the method {captured.methods[0].subject.name} beside "
                "forward, and an ONNX file holds one graph",
                remedy="--runtime executorch, or a model of its own for each method",
            )
        found = {scheme.name: scheme for scheme in candidates("onnxruntime", asked)}
        if len(found) == 1:
            return tuple(found.values())
        order = [found[name] for name in quantize.preferred(captured)]
        if order[0].calibrated and not captured.subject.calibration:
            raise SchemeError(
                f"{captured.subject.name} is made of convolutions, which need calibration inputs",
                remedy="return `calibration` from the model's function, or --inputs FILE.npz",
            )
        return tuple(s for s in order if captured.subject.calibration or not s.calibrated)

    def lower(self, captured: Captured, scheme: Scheme, backend: str, path: Path) -> Lowered:  # noqa: ARG002 - one file for all
        """Export or read, quantise, and write; see the protocol. All backends give one file.

        Raises:
            LoweringError: The model has no ONNX form, or the quantiser fails on it.
        """
        subject, signature = captured.subject, captured.signature
        model = quantize.quantized(self._float32(captured), scheme, subject)
        casts.add(model.graph, signature)
        beside = write(model, path, name=subject.name, scheme=scheme.name, signature=signature)
        return Lowered(
            path=path,
            signature=signature,
            extra_files=beside,
            notes=captured.notes,
            least_runtime=least.version(model),
        )

    def load(self, path: Path, signature: Signature | Method) -> "Call":
        """A callable over an inference session on the processor; it never falls back silently."""
        inputs = [spec.name for spec in signature.inputs]
        return run.opened(path, inputs, [spec.name for spec in signature.outputs])

    def _float32(self, captured: Captured) -> onnx.ModelProto:
        """The model that all schemes start from; made once, because making it takes longest."""
        if self._made is None or self._made.captured is not captured:
            self._made = None  # the old one's memory goes before the new one's comes
            file = captured.subject.onnx_file
            model = export.exported(captured) if file is None else given.opened(file)
            self._made = _Made(captured=captured, model=model)
        copy = onnx.ModelProto()
        copy.CopyFrom(self._made.model)
        return copy


ADAPTER: Final[Runtime] = OnnxRuntime()

"""ONNX Runtime: `.onnx` files of opset 20 and IR 10, for its CPU kernels.

It sends usage data from version 1.29 on unless a variable forbids that before the first import.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import onnx

from sideload.errors import SchemeError
from sideload.runtimes import (
    Captured,
    Lowered,
    Runtime,
    _onnx_file,
    _onnx_quantize,
    _onnx_run,
)
from sideload.schemes import Scheme, candidates
from sideload.values import Signature

if TYPE_CHECKING:
    from sideload.runtimes import Call

INT8: Final = {
    True: ("qdq_static", "qdq_static_heavy", "matmul_nbits_8"),
    False: ("dynamic", "matmul_nbits_8", "qdq_static_heavy"),
}


class OnnxRuntime:
    """Exports the captured program, or takes an existing file, and quantises what came out."""

    suffix: ClassVar[str] = ".onnx"
    packages: ClassVar[tuple[str, ...]] = ("torch", "onnx", "onnxscript", "onnxruntime")
    backends: ClassVar[tuple[str, ...]] = ("cpu",)

    def __init__(self) -> None:
        self._exported: tuple[Captured, bytes] | None = None

    def candidates(self, captured: Captured, asked: str) -> Sequence[Scheme]:
        """Static ranges for convolutions, dynamic ones for the rest; then what loses less."""
        found = {scheme.name: scheme for scheme in candidates("onnxruntime", asked)}
        if len(found) == 1:
            return tuple(found.values())
        static = _prefers_static(captured)
        return tuple(found[name] for name in INT8[static] if name in found)

    def lower(self, captured: Captured, scheme: Scheme, backend: str, path: Path) -> Lowered:
        """Export or read, quantise, clean, stamp, check; see the protocol. `backend` is the CPU."""
        del backend
        made = _onnx_quantize.quantised(self._model(captured), captured, scheme)
        beside = _onnx_file.write(made, captured, scheme, path)
        return Lowered(
            path=path,
            signature=captured.signature,
            extra_files=tuple(beside),
            notes=captured.notes,
        )

    def load(self, path: Path, signature: Signature) -> "Call | None":
        """A callable over a session; it runs on every host."""
        return _onnx_run.opened(path, [spec.name for spec in signature.outputs])

    def _model(self, captured: Captured) -> onnx.ModelProto:
        """The model in floating point; exporting takes longest, so the last one is kept."""
        if captured.subject.onnx_file is not None:
            return onnx.load(captured.subject.onnx_file)
        from sideload.runtimes._onnx_export import exported

        if self._exported is None or self._exported[0] is not captured:
            import onnx_ir

            made = onnx_ir.to_proto(exported(captured))
            if made.ByteSize() >= _onnx_file.LARGEST_BYTES:
                return made
            self._exported = captured, made.SerializeToString()
        return onnx.load_from_string(self._exported[1])


def _prefers_static(captured: Captured) -> bool:
    if captured.program is not None:
        from sideload.runtimes._kind import work

        return work(captured.program).prefers_static
    path = captured.subject.onnx_file
    if path is None:
        raise SchemeError("a subject is a module or a file", remedy="report this")
    operators = [node.op_type for node in onnx.load(path, load_external_data=False).graph.node]
    return operators.count("Conv") > operators.count("MatMul")


ADAPTER: Final[Runtime] = OnnxRuntime()

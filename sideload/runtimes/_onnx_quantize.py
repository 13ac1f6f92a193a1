"""Quantisation for ONNX Runtime, by `onnxruntime.quantization` 1.31.

What each scheme loses and gains was measured and stands in `docs/decisions/0003-schemes.md`.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import onnx

from sideload.errors import LoweringError, SchemeError
from sideload.runtimes import Captured
from sideload.schemes import Scheme

if TYPE_CHECKING:
    from sideload.values import Arrays

BLOCK: Final = 32
INT8_COMPUTE: Final = 4  # `accuracy_level`: without it the kernels compute in float32, slowly
# Convolutions are left out: quantised at run time, they take twelve times as long.
DYNAMIC_OPERATORS: Final = ("MatMul", "Gather", "Attention", "LSTM", "EmbedLayerNormalization")
HEAVY_OPERATORS: Final = ("Conv", "ConvTranspose", "Gemm", "MatMul")
# What stands between convolutions: left in floating point, each costs two conversions.
STATIC_OPERATORS: Final = (
    *HEAVY_OPERATORS,
    "Add",
    "Clip",
    "Relu",
    "MaxPool",
    "AveragePool",
    "GlobalAveragePool",
    "Concat",
    "Mul",
    "Sigmoid",
)
QUANTISED: Final = frozenset(
    {
        "MatMulInteger",
        "DynamicQuantizeMatMul",
        "MatMulNBits",
        "GatherBlockQuantized",
        "DequantizeLinear",
        "DynamicQuantizeLSTM",
        "QAttention",
    }
)


def quantised(model: onnx.ModelProto, captured: Captured, scheme: Scheme) -> onnx.ModelProto:
    """`model` at `scheme`; the given model may be changed on the way.

    Raises:
        SchemeError: There is nothing in it that the scheme quantises, or no calibration inputs.
        LoweringError: The quantiser itself refuses the model.
    """
    if scheme.name == "float32":
        return model
    logging.getLogger().setLevel(logging.WARNING)  # the quantisers log every node
    try:
        made = _BY_SCHEME[scheme.name](model, captured)
    except (ValueError, RuntimeError, KeyError, TypeError, AttributeError, OSError) as error:
        raise LoweringError(
            f"{captured.subject.name} cannot be quantised as {scheme.name}: {error!s:.400}",
            remedy="--precision float16, or another scheme of that precision",
        ) from error
    if scheme.name != "float16" and not any(n.op_type in QUANTISED for n in made.graph.node):
        raise SchemeError(
            f"{scheme.name} finds nothing to quantise in {captured.subject.name}",
            remedy="--precision float16, or another scheme of that precision",
        )
    return made


def _float16(model: onnx.ModelProto, captured: Captured) -> onnx.ModelProto:
    from onnxruntime.quantization.onnx_model import ONNXModel
    from onnxruntime.transformers.float16 import convert_float_to_float16

    del captured
    # The conversion puts its casts at the end, which only a runtime that sorts nodes accepts.
    made = ONNXModel(convert_float_to_float16(model, keep_io_types=True))
    made.topological_sort()
    sorted_: onnx.ModelProto = made.model
    return sorted_


def _dynamic(model: onnx.ModelProto, captured: Captured) -> onnx.ModelProto:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    del captured

    def write(path: Path) -> None:
        quantize_dynamic(
            model,
            path,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=list(DYNAMIC_OPERATORS),
        )

    return _through_file(write)


def _static(operators: tuple[str, ...]) -> Callable[[onnx.ModelProto, Captured], onnx.ModelProto]:
    def quantise(model: onnx.ModelProto, captured: Captured) -> onnx.ModelProto:
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

        def write(path: Path) -> None:
            quantize_static(
                model,
                path,
                _reader(captured),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=list(operators),
                extra_options={"MatMulConstBOnly": True},
            )

        return _through_file(write)

    return quantise


def _reader(captured: Captured) -> Any:  # noqa: ANN401 - its base class is imported late
    from onnxruntime.quantization import CalibrationDataReader

    if not captured.subject.calibration:
        raise SchemeError(
            f"{captured.subject.name} brings no calibration inputs, which static ranges need",
            remedy="return `calibration` from the model's function, or pass --inputs FILE.npz",
        )

    class Reader(CalibrationDataReader):
        """The model's own calibration inputs, one after the other."""

        def __init__(self) -> None:
            self.rewind()

        def get_next(self) -> "Arrays | None":
            return next(self._samples, None)

        def rewind(self) -> None:
            self._samples: Iterator[Arrays] = iter(captured.subject.calibration)

    return Reader()


def _blocks(bits: int) -> Callable[[onnx.ModelProto, Captured], onnx.ModelProto]:
    def quantise(model: onnx.ModelProto, captured: Captured) -> onnx.ModelProto:
        from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
        from onnxruntime.quantization.onnx_model import ONNXModel

        del captured
        split = ONNXModel(model)
        split.replace_gemm_with_matmul()
        # Embedding tables have kernels for four bits only.
        for width, operator in ((bits, "MatMul"), (4, "Gather")):
            quantiser = MatMulNBitsQuantizer(
                split.model,
                bits=width,
                block_size=BLOCK,
                is_symmetric=True,
                accuracy_level=INT8_COMPUTE,
                op_types_to_quantize=(operator,),
            )
            quantiser.process()
            split = quantiser.model
        made: onnx.ModelProto = split.model
        return made

    return quantise


def _through_file(write: Callable[[Path], None]) -> onnx.ModelProto:
    # These quantisers give their result only as a file.
    with tempfile.TemporaryDirectory(prefix="sideload-") as folder:
        path = Path(folder) / "quantised.onnx"
        write(path)
        return onnx.load(path)


_BY_SCHEME: Final[Mapping[str, Callable[[onnx.ModelProto, Captured], onnx.ModelProto]]] = {
    "float16": _float16,
    "dynamic": _dynamic,
    "qdq_static": _static(STATIC_OPERATORS),
    "qdq_static_heavy": _static(HEAVY_OPERATORS),
    "matmul_nbits_8": _blocks(8),
    "matmul_nbits_4": _blocks(4),
}

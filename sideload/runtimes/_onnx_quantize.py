"""Numeric schemes for ONNX Runtime.

Source: onnxruntime.quantization and onnxruntime.transformers.float16 (1.31.1); what each scheme
costs and where it is wrong was measured and stands in `docs/decisions/0003-schemes.md`.
"""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnx

from sideload.errors import LoweringError, SchemeError
from sideload.runtimes import Captured
from sideload.runtimes._kind import WORTH_QUANTISING, work
from sideload.runtimes._onnx_export import MESSAGE_CHARACTERS, OPSET, quietly
from sideload.runtimes._onnx_kind import of_graph
from sideload.schemes import Scheme
from sideload.values import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sideload.values import Arrays

BLOCK: Final = 32
LEAST_OPSET: Final = 13
INT8_ARITHMETIC: Final = 4  # MatMulNBits: multiply in int8 and not in float32, 1.5 times as fast
EMBEDDING_BITS: Final = 4
# Convolutions that are quantised at run time are 12 times as slow as in float32.
DYNAMIC: Final = ("MatMul", "Gemm", "Gather", "LSTM", "Attention")
HEAVY: Final = ("Conv", "ConvTranspose", "Gemm", "MatMul")
# What stands between convolutions: left in floating point, each costs two conversions.
STATIC: Final = (
    *HEAVY,
    "Add",
    "AveragePool",
    "Clip",
    "Concat",
    "GlobalAveragePool",
    "MaxPool",
    "Mul",
    "Relu",
    "Sigmoid",
)
QUANTISED: Final = frozenset(
    {
        "ConvInteger",
        "DequantizeLinear",
        "DynamicQuantizeLinear",
        "GatherBlockQuantized",
        "MatMulInteger",
        "MatMulNBits",
    }
)


def quantized(model: onnx.ModelProto, scheme: Scheme, subject: Subject) -> onnx.ModelProto:
    """`model` at `scheme`, calibrated on what `subject` brings; the model given is used up.

    Raises:
        SchemeError: Nothing in the model is of the kind that the scheme quantises, or it needs
            calibration inputs and has none.
        LoweringError: The quantiser itself fails on the model.
    """
    if scheme.name == "float32":
        return model
    if scheme.calibrated and not subject.calibration:
        raise SchemeError(
            f"{subject.name} brings no calibration inputs, which {scheme.name} needs",
            remedy="return `calibration` from the model's function, or --precision dynamic",
        )
    try:
        with quietly():
            made = _made(_modern(model), scheme, subject.calibration)
    except Exception as error:
        words = " ".join(str(error).split())[:MESSAGE_CHARACTERS]
        raise LoweringError(
            f"{subject.name} cannot be made {scheme.name}: {type(error).__name__}: {words}",
            remedy="--precision float16, or another scheme by name",
        ) from error
    if scheme.name != "float16" and not any(node.op_type in QUANTISED for node in made.graph.node):
        raise SchemeError(
            f"{scheme.name} finds nothing to quantise in {subject.name}: it takes {scheme.summary}",
            remedy="--precision float16, or another scheme by name",
        )
    return made


def _modern(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model at an opset in which scales by channel exist."""
    version = next((one.version for one in model.opset_import if not one.domain), LEAST_OPSET)
    return model if version >= LEAST_OPSET else onnx.version_converter.convert_version(model, OPSET)


def preferred(captured: Captured) -> tuple[str, ...]:
    """Names of the int8 schemes, the best first for a model of this kind."""
    if captured.subject.onnx_file is None:
        done = work(captured.program)
    else:
        # The weights may lie in other files; their shapes do not.
        done = of_graph(onnx.load(captured.subject.onnx_file, load_external_data=False).graph)
    if done.prefers_static:
        mixed = done.linear >= WORTH_QUANTISING * done.convolved
        return ("qdq_static", "qdq_static_heavy", *(("dynamic",) if mixed else ()))
    return ("dynamic", "matmul_nbits_8", "qdq_static_heavy")


def _made(
    model: onnx.ModelProto, scheme: Scheme, calibration: "Sequence[Arrays]"
) -> onnx.ModelProto:
    if scheme.name == "float16":
        from onnxruntime.transformers.float16 import convert_float_to_float16

        half: onnx.ModelProto = convert_float_to_float16(model, keep_io_types=True)
        return half
    if scheme.name == "dynamic":
        return _dynamic(model)
    if scheme.calibrated:
        operators = STATIC if scheme.name == "qdq_static" else HEAVY
        return _static(model, operators, calibration)
    return _blocks(model, bits=8 if scheme.precision == "int8" else 4)


def _dynamic(model: onnx.ModelProto) -> onnx.ModelProto:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        quantize_dynamic(
            model,
            path,
            op_types_to_quantize=list(DYNAMIC),
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
        return onnx.load(path)


def _static(
    model: onnx.ModelProto, operators: "Sequence[str]", calibration: "Sequence[Arrays]"
) -> onnx.ModelProto:
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

    class Reader(CalibrationDataReader):
        """Gives the calibration inputs one by one, as often as it is rewound."""

        def __init__(self) -> None:
            self.rewind()

        def get_next(self) -> dict[str, Any] | None:
            return next(self.left, None)

        def rewind(self) -> None:
            self.left: Iterator[dict[str, Any]] = iter([_feeds(s) for s in calibration])

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        quantize_static(
            model,
            path,
            Reader(),
            op_types_to_quantize=list(operators),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )
        return onnx.load(path)


def _feeds(sample: "Mapping[str, Any]") -> dict[str, Any]:
    return {name: np.asarray(array, order="C") for name, array in sample.items()}


def _blocks(model: onnx.ModelProto, *, bits: int) -> onnx.ModelProto:
    """Weights in blocks that share a scale; embeddings in 4 bits, the only width they exist in."""
    from onnxruntime.quantization.onnx_model import ONNXModel

    split = ONNXModel(model)
    split.replace_gemm_with_matmul()  # blocks exist for one of the two only
    products = _in_blocks(split.model, ("MatMul",), bits=bits, accuracy_level=INT8_ARITHMETIC)
    return _in_blocks(products, ("Gather",), bits=EMBEDDING_BITS)


def _in_blocks(
    model: onnx.ModelProto,
    operators: tuple[str, ...],
    *,
    bits: int,
    accuracy_level: int | None = None,
) -> onnx.ModelProto:
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantizer = MatMulNBitsQuantizer(
        model,
        bits=bits,
        block_size=BLOCK,
        is_symmetric=True,
        accuracy_level=accuracy_level,
        op_types_to_quantize=operators,
    )
    quantizer.process()
    made: onnx.ModelProto = quantizer.model.model
    return made

"""How Kotlin and the two runtimes' Java APIs carry each dtype, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sideload.languages._text import Code

NOTHING: Final = Code("")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One dtype.

    `array` and `buffer` are its types in the two forms of the API; `view` makes that buffer out of
    a `ByteBuffer`, `width` is in bytes, `note` is for people. `onnx_type` is what ONNX Runtime must
    be told where the buffer does not say it. What ExecuTorch cannot carry has no `executorch_wrap`.
    """

    array: Code
    buffer: Code
    view: Code
    width: int
    onnx_wrap: Code
    onnx_read: Code
    executorch_wrap: Code
    executorch_read: Code
    onnx_type: Code = NOTHING
    note: Code = NOTHING


def _kind(name: str, width: int) -> Kind:
    return Kind(
        array=Code(f"{name}Array"),
        buffer=Code(f"{name}Buffer"),
        view=Code("" if width == 1 else f".as{name}Buffer()"),
        width=width,
        onnx_wrap=Code(f"{name}Buffer.wrap"),
        onnx_read=Code(f"{name.lower()}Buffer.array()"),
        executorch_wrap=Code("fromBlob"),
        executorch_read=Code(f"dataAs{name}Array"),
    )


BYTE: Final = _kind("Byte", 1)
SHORT: Final = _kind("Short", 2)
UNSIGNED: Final = "dataAsUnsignedByteArray"
KINDS: Final[Mapping[str, Kind]] = {
    "bool": replace(
        BYTE,
        onnx_type=Code("OnnxJavaType.BOOL"),
        executorch_wrap=NOTHING,
        note=Code("0 for false and 1 for true"),
    ),
    "float16": replace(
        SHORT,
        onnx_type=Code("OnnxJavaType.FLOAT16"),
        note=Code("bits of half precision, as `android.util.Half` reads them"),
    ),
    "float32": _kind("Float", 4),
    "float64": _kind("Double", 8),
    "int8": replace(BYTE, onnx_type=Code("OnnxJavaType.INT8")),
    "int16": replace(SHORT, onnx_type=Code("OnnxJavaType.INT16"), executorch_wrap=NOTHING),
    "int32": _kind("Int", 4),
    "int64": _kind("Long", 8),
    "uint8": replace(
        BYTE,
        onnx_type=Code("OnnxJavaType.UINT8"),
        executorch_wrap=Code("fromBlobUnsigned"),
        executorch_read=Code(UNSIGNED),
        note=Code("unsigned, as `toUByte` reads it"),
    ),
}


def carried(runtime: str) -> Mapping[str, Kind]:
    """The dtypes that the runtime's Java API can carry over the border."""
    if runtime == "executorch":
        return {dtype: kind for dtype, kind in KINDS.items() if kind.executorch_wrap}
    return KINDS

"""How Kotlin and the two runtimes' Java APIs carry each dtype, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sideload.languages._text import Code

NOTHING: Final = Code("")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One dtype.

    `array`, `single` and `buffer` are its types: of many, of one, and in the fast form of the API,
    which `view` makes out of a `ByteBuffer`; `width` is in bytes, notes are for people. In other
    pieces `{}` is what they are about: `one` makes an array of a single value, `onnx_wrap` what a
    tensor is made of from an array, and readers an array, or with `_one` a single value, from a
    tensor. `onnx_type` is what ONNX Runtime must be told where the buffer does not say it. What
    ExecuTorch cannot carry has no `executorch_wrap`.
    """

    array: Code
    single: Code
    buffer: Code
    view: Code
    width: int
    one: Code
    onnx_wrap: Code
    onnx_read: Code
    onnx_read_one: Code
    executorch_wrap: Code
    executorch_read: Code
    executorch_copy: Code
    onnx_type: Code = NOTHING
    note: Code = NOTHING
    buffer_note: Code = NOTHING
    is_number: bool = True


def _kind(name: str, width: int) -> Kind:
    small = name.lower()
    return Kind(
        array=Code(f"{name}Array"),
        single=Code(name),
        buffer=Code(f"{name}Buffer"),
        view=Code("" if width == 1 else f".as{name}Buffer()"),
        width=width,
        one=Code(f"{small}ArrayOf({{}})"),
        onnx_wrap=Code(f"{name}Buffer.wrap({{}})"),
        onnx_read=Code(f"{{}}.{small}Buffer.array()"),
        onnx_read_one=Code(f"{{}}.{small}Buffer.get(0)"),
        executorch_wrap=Code("fromBlob"),
        executorch_read=Code(f"dataAs{name}Array"),
        executorch_copy=Code("copyDataInto"),
    )


def _noted(kind: Kind, note: str) -> Kind:
    return replace(kind, note=Code(note), buffer_note=Code(note))


BYTE: Final = _kind("Byte", 1)
SHORT: Final = _kind("Short", 2)
KINDS: Final[Mapping[str, Kind]] = {
    "bool": replace(
        BYTE,
        array=Code("BooleanArray"),
        single=Code("Boolean"),
        one=Code("booleanArrayOf({})"),
        onnx_wrap=Code("ByteBuffer.wrap(sideloadBytes({}))"),
        onnx_read=Code("sideloadBooleans({}.byteBuffer.array())"),
        onnx_read_one=Code("{}.byteBuffer.get(0) != 0.toByte()"),
        onnx_type=Code("OnnxJavaType.BOOL"),
        executorch_wrap=NOTHING,
        buffer_note=Code("0 for false and 1 for true"),
        is_number=False,
    ),
    "float16": replace(
        _noted(SHORT, "bits of half precision, as `android.util.Half` reads them"),
        onnx_type=Code("OnnxJavaType.FLOAT16"),
        is_number=False,
    ),
    "float32": _kind("Float", 4),
    "float64": _kind("Double", 8),
    "int8": replace(BYTE, onnx_type=Code("OnnxJavaType.INT8")),
    "int16": replace(SHORT, onnx_type=Code("OnnxJavaType.INT16"), executorch_wrap=NOTHING),
    "int32": _kind("Int", 4),
    "int64": _kind("Long", 8),
    "uint8": replace(
        _noted(BYTE, "unsigned, as `toUByte` reads it"),
        onnx_type=Code("OnnxJavaType.UINT8"),
        executorch_wrap=Code("fromBlobUnsigned"),
        executorch_read=Code("dataAsUnsignedByteArray"),
        executorch_copy=Code("copyDataIntoUnsigned"),
        is_number=False,
    ),
    # It is in no buffer, so there is no fast form of it.
    "string": Kind(
        array=Code("Array<String>"),
        single=Code("String"),
        buffer=NOTHING,
        view=NOTHING,
        width=0,
        one=Code("arrayOf({})"),
        onnx_wrap=Code("{}"),
        onnx_read=Code("OrtUtil.flattenString({}.value)"),
        onnx_read_one=Code("{}.value as String"),
        executorch_wrap=NOTHING,
        executorch_read=NOTHING,
        executorch_copy=NOTHING,
        is_number=False,
    ),
}


def carried(runtime: str) -> Mapping[str, Kind]:
    """The dtypes that the runtime's Java API can carry over the border."""
    if runtime == "executorch":
        return {dtype: kind for dtype, kind in KINDS.items() if kind.executorch_wrap}
    return KINDS

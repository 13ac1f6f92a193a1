"""How Swift and the two runtimes' APIs for Apple's systems carry each dtype, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sideload.languages._text import Code


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One dtype.

    `element` is Swift's own type; `executorch` and `onnx` are what the runtimes call it, empty
    where they cannot carry it. Its elements can be compared where it `is_number`.
    """

    element: Code
    executorch: Code
    onnx: Code
    is_number: bool


def _kind(element: str, executorch: str, onnx: str = "", *, is_number: bool = True) -> Kind:
    return Kind(
        element=Code(element),
        executorch=Code(executorch and f".{executorch}"),
        onnx=Code(onnx and f".{onnx}"),
        is_number=is_number,
    )


# ONNX Runtime's Swift API has no bool, no half, no double and none of 16 bits; ExecuTorch's tensors
# hold no text.
KINDS: Final[Mapping[str, Kind]] = {
    "bool": _kind("Bool", "bool", is_number=False),
    "float16": _kind("Float16", "half"),
    "float32": _kind("Float", "float", "float"),
    "float64": _kind("Double", "double"),
    "int8": _kind("Int8", "char", "int8"),
    "int16": _kind("Int16", "short"),
    "int32": _kind("Int32", "int", "int32"),
    "int64": _kind("Int64", "long", "int64"),
    "uint8": _kind("UInt8", "byte", "uInt8"),
    "uint16": _kind("UInt16", "uInt16"),
    "uint32": _kind("UInt32", "uInt32", "uInt32"),
    "uint64": _kind("UInt64", "uInt64", "uInt64"),
    "string": _kind("String", "", "string", is_number=False),
}


def carried(runtime: str) -> Mapping[str, Kind]:
    """The dtypes that the runtime's Swift API can carry over the border."""
    if runtime == "onnxruntime":
        return {dtype: kind for dtype, kind in KINDS.items() if kind.onnx}
    return {dtype: kind for dtype, kind in KINDS.items() if kind.executorch}

"""What a `.pte` file says of itself, read from its head: method, inputs, outputs, delegates.

Format: executorch/schema/program.fbs and executorch/schema/extended_header.cpp (1.5.1): a
flatbuffer with the identifier `ET12`, and at byte 8 a header that says where the weights follow.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from sideload.errors import ArtifactCheckError, BadModelFileError, LoweringError
from sideload.values import Method as Named
from sideload.values import Signature, TensorSpec

FORWARD: Final = "forward"
IDENTIFIER: Final = b"ET12"
HEADER_MAGIC: Final = b"eh00"
# Identifier at 4, then at 8 the magic and four little-endian numbers.
HEADER: Final = struct.Struct("<4x4s4sIQQQ")
# Names of numpy's dtypes by the numbers of executorch/schema/scalar_type.fbs.
DTYPES: Final = {
    0: "uint8",
    1: "int8",
    2: "int16",
    3: "int32",
    4: "int64",
    5: "float16",
    6: "float32",
    7: "float64",
    11: "bool",
}


@dataclass(frozen=True, kw_only=True)
class Port:
    """One input or output: numpy's name of its dtype, and its shape at the upper bounds."""

    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method of a file, and the backends and the kernels (`aten::add.out`) it calls."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    backends: frozenset[str]
    kernels: frozenset[str]


def head(path: Path) -> bytes:
    """The bytes of the program itself, without the weights that follow it.

    Raises:
        BadModelFileError: Empty, truncated, or not an ExecuTorch file.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(HEADER.size)
        if len(start) < HEADER.size or start[4:8] != IDENTIFIER:
            _refuse(path, "is not an ExecuTorch program" if size else "is empty")
        _, magic, _, program, base, segments = HEADER.unpack(start)
        needed = max(program, base + segments) if magic == HEADER_MAGIC else size
        if needed > size:
            _refuse(path, f"is truncated: it says {needed} bytes and holds {size}")
        file.seek(0)
        return file.read(program if magic == HEADER_MAGIC else size)


def _refuse(path: Path, fault: str) -> NoReturn:
    raise BadModelFileError(
        f"{path.name} {fault}",
        remedy="export the model again, or copy the file again if it was sent from elsewhere",
    )


def methods(path: Path) -> dict[str, Method]:
    """The methods of the file by name.

    Raises:
        BadModelFileError: The file cannot be read as a program.
    """
    from executorch.exir._serialize._flatbuffer_program import _flatbuffer_to_program

    data = head(path)
    try:
        plans = _flatbuffer_to_program(data).execution_plan
        return {plan.name: _method(plan) for plan in plans}
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, struct.error) as error:
        # What flatbuffers raise on garbage depends on where in it they stumble.
        raise BadModelFileError(
            f"{path.name} is corrupt: {type(error).__name__} while reading its program",
            remedy="export the model again, or copy the file again if it was sent from elsewhere",
        ) from error


def _method(plan: Any) -> Method:  # noqa: ANN401 - a generated class
    return Method(
        inputs=tuple(_port(plan.values[index].val) for index in plan.inputs),
        outputs=tuple(_port(plan.values[index].val) for index in plan.outputs),
        backends=frozenset(delegate.id for delegate in plan.delegates),
        kernels=frozenset(f"{op.name}.{op.overload}".rstrip(".") for op in plan.operators),
    )


def _port(value: Any) -> Port:  # noqa: ANN401 - a union of generated classes
    sizes = tuple(getattr(value, "sizes", ()))
    return Port(dtype=DTYPES.get(int(getattr(value, "scalar_type", -1)), "other"), shape=sizes)


def check(path: Path, signature: Signature, backend: str) -> None:
    """Read the file back: method, inputs, outputs, delegates and kernels must be what was meant.

    Args:
        path: The written file.
        signature: What goes in and comes out.
        backend: The only delegate that may be in it, by its name in the file.

    Raises:
        ArtifactCheckError: The file does not say what was asked to be written.
        LoweringError: It calls kernels that ExecuTorch does not have.
    """
    found = methods(path)
    _refuse_missing(frozenset[str]().union(*(method.kernels for method in found.values())))
    wanted: dict[str, Signature | Named] = {FORWARD: signature}
    wanted |= {one.name: one for one in signature.methods}
    faults = (
        [f"its methods are {[*found]}, not {[*wanted]}"] if found.keys() != wanted.keys() else []
    )
    for name in wanted.keys() & found.keys():
        faults += _faults(wanted[name], found[name], backend)
    if faults:
        raise ArtifactCheckError(
            f"{path.name} is not what was meant: {'; '.join(faults)}",
            remedy="run `sideload clean` and export again; report this if it comes back",
        )


def _faults(wanted: Signature | Named, found: Method, backend: str) -> list[str]:
    faults = [f"it calls {name}, not {backend}" for name in found.backends - {backend}]
    faults += _differences("input", wanted.inputs, found.inputs)
    return faults + _differences("output", wanted.outputs, found.outputs)


def _refuse_missing(kernels: frozenset[str]) -> None:
    import executorch.kernels.quantized  # noqa: F401 - registers the embedding kernels
    from executorch.runtime import Runtime

    missing = sorted(kernels - set(Runtime.get().operator_registry.operator_names))
    if missing:
        raise LoweringError(
            f"ExecuTorch has no kernels for {', '.join(missing)}",
            remedy="--runtime onnxruntime, or write that operation with others in forward",
        )


def _differences(kind: str, wanted: tuple[TensorSpec, ...], found: tuple[Port, ...]) -> list[str]:
    if len(wanted) != len(found):
        return [f"it has {len(found)} {kind}s, not {len(wanted)}"]
    return [
        f"{kind} {spec.name!r} is {port.dtype}{list(port.shape)}"
        for spec, port in zip(wanted, found, strict=True)
        if not _fits(spec, port)
    ]


def _fits(spec: TensorSpec, port: Port) -> bool:
    # Where a size is open, the file holds its upper bound, which need not be the one asked for.
    same = (a == b for a, b in zip(spec.shape, port.shape, strict=False) if isinstance(a, int))
    return spec.dtype == port.dtype and len(spec.shape) == len(port.shape) and all(same)

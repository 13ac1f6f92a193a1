"""What a model's file computes, each as a function of its class: what goes in and comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.languages import Identifier, _axes, _describe
from sideload.languages._text import Code, Text
from sideload.languages.kotlin import axes, names
from sideload.languages.kotlin.kinds import Kind
from sideload.values import Method, Signature, TensorSpec

# What runtimes call the first of them, and what an app does.
FORWARD: Final = "forward"
PREDICT: Final = "predict"


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One input or output; `field` is its name where inputs and outputs stand together.

    `type` is Kotlin's own, of all of it, and `array` an expression for the array of its elements,
    which `onnx_given` makes something of that a tensor can be made of.
    `answer` is what a tensor that the runtime gave is called; the readers are expressions of `type`
    over it, for each of the runtimes.
    """

    name: Identifier
    field: Identifier
    shape_name: Identifier
    border: Text
    dtype: Text
    kind: Kind
    type: Code
    array: Code
    onnx_given: Code
    answer: Code
    onnx_read: Code
    executorch_read: Code
    elements: Code
    shape: Code
    shape_text: Text
    inside: Text
    is_scalar: bool


@dataclass(frozen=True, kw_only=True)
class Call:
    """One function; `border` is its name in the file.

    `parameters` and `sizes` are those of the function and of what makes its buffers, which is there
    where `has_buffers`; `arguments` are the names of `parameters`.
    """

    name: Identifier
    border: Text
    output_class: Identifier
    buffers_name: Identifier
    buffers_class: Identifier
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    axes: tuple[_axes.Axis, ...]
    parameters: tuple[Code, ...]
    arguments: tuple[Identifier, ...]
    sizes: tuple[Code, ...]
    has_defaults: bool
    has_buffers: bool


def calls(
    signature: Signature, class_name: Identifier, kinds: Mapping[str, Kind]
) -> tuple[Call, ...]:
    """`predict`, and then the others, which are called as they are in the file."""
    first = Method(name=FORWARD, inputs=signature.inputs, outputs=signature.outputs)
    others = names.variables([method.name for method in signature.methods], (PREDICT,))
    holders = names.variables([f"{name} buffers" for name in others], (PREDICT, *others))
    found = [_call(first, (Identifier(PREDICT), Identifier("buffers")), class_name, kinds)]
    for method, name, holder in zip(signature.methods, others, holders, strict=True):
        found.append(_call(method, (name, holder), Identifier(class_name + _humped(name)), kinds))
    return tuple(found)


def _humped(name: str) -> str:
    return name[0].upper() + name[1:]


def _call(
    method: Method,
    called: tuple[Identifier, Identifier],
    started: Identifier,
    kinds: Mapping[str, Kind],
) -> Call:
    given = method.inputs
    specs = [*given, *method.outputs]
    borders = [*_axes.dimensions(specs)]
    found = names.variables([*(spec.name for spec in given), *borders])
    sizes = dict(zip(borders, found[len(given) :], strict=True))
    inputs, outputs = _tensors(method, found[: len(given)], sizes, kinds)
    chosen = _axes.axes(given, found[: len(given)], sizes, axes.WORDING)
    is_direct = all(tensor.kind.buffer for tensor in (*inputs, *outputs))
    return Call(
        name=called[0],
        border=Text(method.name),
        output_class=Identifier(f"{started}Output"),
        buffers_name=called[1],
        buffers_class=Identifier(_humped(called[1])),
        inputs=inputs,
        outputs=outputs,
        axes=chosen,
        parameters=_parameters(inputs, chosen),
        arguments=(*(one.name for one in inputs), *(one.name for one in chosen)),
        sizes=tuple(Code(f"{axis.name}: Int") for axis in chosen),
        has_defaults=any(axis.default for axis in chosen),
        has_buffers=is_direct and sizes.keys() == _axes.dimensions(given).keys(),
    )


def _parameters(inputs: Sequence[Tensor], chosen: Sequence[_axes.Axis]) -> tuple[Code, ...]:
    arrays = (f"{tensor.name}: {tensor.type}" for tensor in inputs)
    sizes = (
        f"{axis.name}: Int" + (f" = {axis.default}" if axis.default else "") for axis in chosen
    )
    return tuple(map(Code, [*arrays, *sizes]))


def _tensors(
    method: Method,
    inputs: Sequence[Identifier],
    sizes: Mapping[str, Identifier],
    kinds: Mapping[str, Kind],
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    specs = [*method.inputs, *method.outputs]
    outputs = names.variables([spec.name for spec in method.outputs])
    shapes = names.variables([f"{name} shape" for name in outputs], outputs)
    fields = names.variables([spec.name for spec in specs], sizes.values())
    rows = zip(specs, [*inputs, *outputs], [*inputs, *shapes], fields, strict=True)
    found = tuple(
        _tensor(spec, (name, shape, field), at - len(inputs), sizes, kinds[spec.dtype])
        for at, (spec, name, shape, field) in enumerate(rows)
    )
    return found[: len(inputs)], found[len(inputs) :]


def _tensor(
    spec: TensorSpec,
    called: tuple[Identifier, Identifier, Identifier],
    position: int,
    sizes: Mapping[str, Identifier],
    kind: Kind,
) -> Tensor:
    name, shape_name, field = called
    answer = f"sideloadAnswer{position}"
    is_scalar = not spec.shape
    array = kind.one.format(name) if is_scalar else name
    read = f"{answer}.{kind.executorch_read}"
    return Tensor(
        name=name,
        field=field,
        shape_name=shape_name,
        border=Text(spec.name),
        dtype=Text(spec.dtype),
        kind=kind,
        type=kind.single if is_scalar else kind.array,
        array=Code(array),
        onnx_given=Code(kind.onnx_wrap.format(array)),
        answer=Code(answer),
        onnx_read=Code((kind.onnx_read_one if is_scalar else kind.onnx_read).format(answer)),
        executorch_read=Code(f"{read}[0]" if is_scalar else read),
        elements=axes.elements(spec, sizes),
        shape=axes.shape(spec, sizes),
        shape_text=_describe.shape(spec),
        inside=Text(spec.inside),
        is_scalar=is_scalar,
    )

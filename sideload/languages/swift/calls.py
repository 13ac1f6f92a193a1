"""What a model's file computes, each as a function of its actor: what goes in and comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.languages import Identifier, _axes, _describe
from sideload.languages._text import Code, Text
from sideload.languages.swift import axes, names
from sideload.languages.swift.kinds import Kind
from sideload.values import Method, Signature, TensorSpec

# What runtimes call the first of them, and what an app does.
FORWARD: Final = "forward"
PREDICT: Final = "predict"
# What the actor itself has beside its functions.
TAKEN: Final = (PREDICT, "fileName", "sha256", "sizeBytes", "contract")


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One input or output; the `shape` of an output is empty where the inputs do not decide it.

    `type` is Swift's own, of all of it, and `elements` an expression for the array of its elements,
    where `input` is in reach.
    """

    name: Identifier
    shape_name: Identifier
    border: Text
    dtype: Text
    kind: Kind
    type: Code
    elements: Code
    shape: Code
    shape_text: Text
    inside: Text
    is_scalar: bool


@dataclass(frozen=True, kw_only=True)
class Call:
    """One function; `border` is its name in the file, `parameters` make its input."""

    name: Identifier
    border: Text
    input_class: Identifier
    output_class: Identifier
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    axes: tuple[_axes.Axis, ...]
    parameters: tuple[Code, ...]


def calls(
    signature: Signature, class_name: Identifier, kinds: Mapping[str, Kind]
) -> tuple[Call, ...]:
    """`predict`, and then the others, which are called as they are in the file."""
    first = Method(name=FORWARD, inputs=signature.inputs, outputs=signature.outputs)
    others = names.functions([method.name for method in signature.methods], TAKEN)
    found = [_call(first, Identifier(PREDICT), class_name, kinds)]
    for method, name in zip(signature.methods, others, strict=True):
        started = Identifier(f"{class_name}{name[0].upper()}{name[1:]}")
        found.append(_call(method, name, started, kinds))
    return tuple(found)


def _call(method: Method, name: Identifier, started: Identifier, kinds: Mapping[str, Kind]) -> Call:
    given = method.inputs
    borders = [*_axes.dimensions(given)]
    found = names.variables([*(spec.name for spec in given), *borders])
    sizes = dict(zip(borders, found[len(given) :], strict=True))
    chosen = _axes.axes(given, found[: len(given)], sizes, axes.WORDING)
    inputs = tuple(
        _tensor(spec, each, each, kinds, axes.shape(spec, sizes))
        for spec, each in zip(given, found, strict=False)
    )
    return Call(
        name=name,
        border=Text(method.name),
        input_class=Identifier(f"{started}Input"),
        output_class=Identifier(f"{started}Output"),
        inputs=inputs,
        outputs=_outputs(method.outputs, kinds, sizes),
        axes=chosen,
        parameters=_parameters(inputs, chosen),
    )


def _parameters(inputs: Sequence[Tensor], chosen: Sequence[_axes.Axis]) -> tuple[Code, ...]:
    arrays = (f"{tensor.name}: {tensor.type}" for tensor in inputs)
    sizes = (f"{axis.name}: Int" + ("? = nil" if axis.default else "") for axis in chosen)
    return tuple(map(Code, [*arrays, *sizes]))


def _outputs(
    specs: Sequence[TensorSpec], kinds: Mapping[str, Kind], sizes: Mapping[str, Identifier]
) -> tuple[Tensor, ...]:
    found = names.variables([spec.name for spec in specs])
    shapes = names.variables([f"{name} shape" for name in found], found)
    return tuple(
        _tensor(spec, name, shape, kinds, axes.shape(spec, sizes))
        for spec, name, shape in zip(specs, found, shapes, strict=True)
    )


def _tensor(
    spec: TensorSpec,
    name: Identifier,
    shape_name: Identifier,
    kinds: Mapping[str, Kind],
    shape: Code,
) -> Tensor:
    kind = kinds[spec.dtype]
    return Tensor(
        name=name,
        shape_name=shape_name,
        border=Text(spec.name),
        dtype=Text(spec.dtype),
        kind=kind,
        type=Code(f"[{kind.element}]") if spec.shape else kind.element,
        elements=Code(f"input.{name}" if spec.shape else f"[input.{name}]"),
        shape=shape,
        shape_text=_describe.shape(spec),
        inside=Text(spec.inside),
        is_scalar=not spec.shape,
    )

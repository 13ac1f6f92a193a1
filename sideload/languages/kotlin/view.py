"""What the templates of Kotlin are given, version 1; `templates/bindings/README.md` explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.errors import BindingInputError
from sideload.languages import Identifier, _axes, _describe
from sideload.languages._text import Code, Text
from sideload.languages.kotlin import axes, names
from sideload.languages.kotlin.kinds import Kind, carried
from sideload.values import Artifact, Signature, TensorSpec

CONTEXT_VERSION: Final = 1
PACKAGE: Final = Code("sideload.models")
# An enumeration is made in one method, and the JVM lets a method have 64 KiB.
MOST_LABELS: Final = 2000
# Runtimes whose Java API loads a model from memory.
MAPPING: Final = frozenset({"onnxruntime"})
NUMBERS: Final = frozenset({"float32", "float64", "int8", "int16", "int32", "int64"})


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One input or output; `field` is its name where inputs and outputs stand together."""

    name: Identifier
    field: Identifier
    shape_name: Identifier
    border: Text
    dtype: Text
    kind: Kind
    elements: Code
    shape: Code
    shape_text: Text
    inside: Text
    is_scalar: bool


@dataclass(frozen=True, kw_only=True)
class Label:
    """One class that the model can tell: its entry's name, and its text as it was trained."""

    name: Identifier
    text: Text


@dataclass(frozen=True, kw_only=True)
class Model:
    """The artifact, as the templates see it.

    `parameters` and `sizes` are those of `predict` and of `buffers`, which is there where
    `has_buffers`; `arguments` are the names of `parameters`, and `buffers` the types of buffers
    that the code names. `is_mapped` where the runtime reads an asset from where it lies.
    """

    package: Code
    title: Text
    class_name: Identifier
    runtime: Text
    made_with: Text
    scheme: Text
    facts: tuple[Text, ...]
    remedy: Text
    contract: int
    least_runtime: Text
    files: tuple[_describe.ModelFile, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    axes: tuple[_axes.Axis, ...]
    labels: tuple[Label, ...]
    parameters: tuple[Code, ...]
    arguments: tuple[Identifier, ...]
    sizes: tuple[Code, ...]
    has_defaults: bool
    has_buffers: bool
    is_mapped: bool
    buffers: tuple[Code, ...]


def model(artifact: Artifact) -> Model:
    """The artifact with every decision made.

    Raises:
        BindingInputError: A dtype that the runtime's Java API cannot carry, or labels that do not
            fit.
    """
    signature = artifact.signature
    _describe.refuse_methods(signature, "Kotlin")
    given, answered = signature.inputs, signature.outputs
    sizes = _axes.dimensions([*given, *answered])
    found = names.variables([*(spec.name for spec in given), *sizes])
    parameters = dict(zip(sizes, found[len(given) :], strict=True))
    inputs, outputs = _tensors(artifact, found[: len(given)], parameters)
    chosen = _axes.axes(given, found[: len(given)], parameters, axes.WORDING)
    has_buffers = sizes.keys() == _axes.dimensions(given).keys()
    in_use = (*inputs, *outputs) if has_buffers else inputs
    # What lies beside a model is looked for beside its path.
    is_mapped = artifact.runtime in MAPPING and not artifact.extra_files
    return Model(
        package=PACKAGE,
        title=Text(artifact.model),
        class_name=names.type_name(artifact.model),
        runtime=Text(artifact.runtime),
        made_with=Text(artifact.versions.get(artifact.runtime, "")),
        scheme=Text(artifact.scheme),
        facts=_describe.facts(artifact),
        remedy=_describe.remedy(artifact),
        contract=_describe.CONTRACT,
        least_runtime=Text(artifact.least_runtime),
        files=_describe.files(artifact),
        inputs=inputs,
        outputs=outputs,
        axes=chosen,
        labels=_labels(signature),
        parameters=_parameters(inputs, chosen),
        arguments=(*(one.name for one in inputs), *(one.name for one in chosen)),
        sizes=tuple(Code(f"{axis.name}: Int") for axis in chosen),
        has_defaults=any(axis.default for axis in chosen),
        has_buffers=has_buffers,
        is_mapped=is_mapped,
        buffers=_buffers(in_use, is_mapped=is_mapped),
    )


def _buffers(in_use: Sequence[Tensor], *, is_mapped: bool) -> tuple[Code, ...]:
    bytes_too = {Code("ByteBuffer")} if is_mapped else set()
    return tuple(sorted({tensor.kind.buffer for tensor in in_use} | bytes_too))


def _parameters(inputs: Sequence[Tensor], chosen: Sequence[_axes.Axis]) -> tuple[Code, ...]:
    arrays = (f"{tensor.name}: {tensor.kind.array}" for tensor in inputs)
    sizes = (
        f"{axis.name}: Int" + (f" = {axis.default}" if axis.default else "") for axis in chosen
    )
    return tuple(map(Code, [*arrays, *sizes]))


def _tensors(
    artifact: Artifact, inputs: Sequence[Identifier], parameters: Mapping[str, Identifier]
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    specs = [*artifact.signature.inputs, *artifact.signature.outputs]
    kinds = carried(artifact.runtime)
    _check(specs, kinds, artifact.runtime)
    answered = artifact.signature.outputs
    outputs = names.variables([spec.name for spec in answered])
    shapes = names.variables([f"{name} shape" for name in outputs], outputs)
    fields = names.variables([spec.name for spec in specs], parameters.values())
    rows = zip(specs, [*inputs, *outputs], fields, [*inputs, *shapes], strict=True)
    found = tuple(
        Tensor(
            name=name,
            field=field,
            shape_name=shape_name,
            border=Text(spec.name),
            dtype=Text(spec.dtype),
            kind=kinds[spec.dtype],
            elements=axes.elements(spec, parameters),
            shape=axes.shape(spec, parameters),
            shape_text=_describe.shape(spec),
            inside=Text(spec.inside),
            is_scalar=not spec.shape,
        )
        for spec, name, field, shape_name in rows
    )
    return found[: len(inputs)], found[len(inputs) :]


def _check(specs: Sequence[TensorSpec], kinds: Mapping[str, Kind], runtime: str) -> None:
    for spec in specs:
        if spec.dtype not in kinds:
            raise BindingInputError(
                f"{spec.name} is {spec.dtype}, which {runtime}'s API for Kotlin cannot carry",
                remedy=f"cast it inside the model; it carries {', '.join(kinds)}",
            )


def _labels(signature: Signature) -> tuple[Label, ...]:
    _describe.check_labels(signature)
    if signature.labels and signature.outputs[0].dtype not in NUMBERS:
        raise BindingInputError(
            f"labels of {signature.outputs[0].dtype} scores cannot be compared in Kotlin",
            remedy="cast the scores to float32 inside the model",
        )
    if len(signature.labels) > MOST_LABELS:
        raise BindingInputError(
            f"{len(signature.labels)} labels are more than an enumeration can hold",
            remedy="leave the labels out, and look them up in a file of your own",
        )
    found = names.constants(signature.labels)
    pairs = zip(found, signature.labels, strict=True)
    return tuple(Label(name=name, text=Text(text)) for name, text in pairs)

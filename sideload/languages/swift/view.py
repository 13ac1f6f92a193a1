"""What the templates of Swift are given, version 1; `templates/bindings/README.md` explains it."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.errors import BindingInputError
from sideload.languages import Identifier, _axes, _describe
from sideload.languages._text import Code, Text
from sideload.languages.swift import axes, names
from sideload.languages.swift.kinds import Kind, carried
from sideload.values import Artifact, Signature, TensorSpec

CONTEXT_VERSION: Final = 1


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One input or output; the `shape` of an output is empty where the inputs do not decide it."""

    name: Identifier
    shape_name: Identifier
    border: Text
    dtype: Text
    kind: Kind
    shape: Code
    shape_text: Text
    inside: Text
    is_scalar: bool


@dataclass(frozen=True, kw_only=True)
class Label:
    """One class that the model can tell: its case's name, and its text as it was trained."""

    name: Identifier
    text: Text


@dataclass(frozen=True, kw_only=True)
class Model:
    """The artifact, as the templates see it; `parameters` are those that make its input."""

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


def model(artifact: Artifact) -> Model:
    """The artifact with every decision made.

    Raises:
        BindingInputError: A dtype that the runtime's Swift API cannot carry, labels that do not
            fit, or two names that Swift cannot tell apart.
    """
    signature = artifact.signature
    _describe.refuse_methods(signature, "Swift")
    given = signature.inputs
    borders = [*_axes.dimensions(given)]
    found = names.variables([*(spec.name for spec in given), *borders])
    sizes = dict(zip(borders, found[len(given) :], strict=True))
    chosen = _axes.axes(given, found[: len(given)], sizes, axes.WORDING)
    kinds = _kinds(artifact)
    inputs = tuple(
        _tensor(spec, name, name, kinds, axes.shape(spec, sizes))
        for spec, name in zip(given, found, strict=False)
    )
    return Model(
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
        outputs=_outputs(signature.outputs, kinds, sizes),
        axes=chosen,
        labels=_labels(signature, kinds),
        parameters=_parameters(inputs, chosen),
    )


def _parameters(inputs: Sequence[Tensor], chosen: Sequence[_axes.Axis]) -> tuple[Code, ...]:
    arrays = (f"{tensor.name}: [{tensor.kind.element}]" for tensor in inputs)
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
    return Tensor(
        name=name,
        shape_name=shape_name,
        border=Text(spec.name),
        dtype=Text(spec.dtype),
        kind=kinds[spec.dtype],
        shape=shape,
        shape_text=_describe.shape(spec),
        inside=Text(spec.inside),
        is_scalar=not spec.shape,
    )


def _kinds(artifact: Artifact) -> Mapping[str, Kind]:
    kinds = carried(artifact.runtime)
    for specs in (artifact.signature.inputs, artifact.signature.outputs):
        _check_dtypes(specs, kinds, artifact.runtime)
        if artifact.runtime == "onnxruntime":
            _check_borders(specs)
    return kinds


def _check_dtypes(specs: Sequence[TensorSpec], kinds: Mapping[str, Kind], runtime: str) -> None:
    for spec in specs:
        if spec.dtype not in kinds:
            raise BindingInputError(
                f"{spec.name} is {spec.dtype}, which {runtime}'s API for Swift cannot carry",
                remedy=f"cast it inside the model; it carries {', '.join(kinds)}",
            )


def _check_borders(specs: Sequence[TensorSpec]) -> None:
    # They are keys of a dictionary there, and Swift's strings are equal where they look equal.
    seen: dict[str, str] = {}
    for spec in specs:
        same = seen.setdefault(unicodedata.normalize("NFC", spec.name), spec.name)
        if same != spec.name:
            raise BindingInputError(
                f"{same!a} and {spec.name!a} are one and the same string in Swift",
                remedy="give one of them another name in the model",
            )


def _labels(signature: Signature, kinds: Mapping[str, Kind]) -> tuple[Label, ...]:
    _describe.check_labels(signature)
    if signature.labels and not kinds[signature.outputs[0].dtype].is_number:
        raise BindingInputError(
            f"labels of {signature.outputs[0].dtype} scores cannot be compared in Swift",
            remedy="cast the scores to float32 inside the model",
        )
    pairs = zip(names.cases(signature.labels), signature.labels, strict=True)
    return tuple(Label(name=name, text=Text(text)) for name, text in pairs)

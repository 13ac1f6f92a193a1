"""What the templates of Swift are given, version 1; `templates/bindings/README.md` explains it."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.errors import BindingInputError
from sideload.languages import Identifier, _describe
from sideload.languages._text import Text
from sideload.languages.swift import calls, names
from sideload.languages.swift.kinds import Kind, carried
from sideload.values import Artifact, Signature, TensorSpec

CONTEXT_VERSION: Final = 1


@dataclass(frozen=True, kw_only=True)
class Label:
    """One class that the model can tell: its case's name, and its text as it was trained."""

    name: Identifier
    text: Text


@dataclass(frozen=True, kw_only=True)
class Model:
    """The artifact, as the templates see it; `inputs` and `outputs` are the first method's."""

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
    inputs: tuple[calls.Tensor, ...]
    outputs: tuple[calls.Tensor, ...]
    methods: tuple[calls.Call, ...]
    labels: tuple[Label, ...]
    has_strings: bool


def model(artifact: Artifact) -> Model:
    """The artifact with every decision made.

    Raises:
        BindingInputError: A dtype that the runtime's Swift API cannot carry, labels that do not
            fit, two names that Swift cannot tell apart, or several methods for ONNX Runtime.
    """
    signature = artifact.signature
    if artifact.runtime == "onnxruntime":
        _describe.refuse_methods(signature, "Swift for ONNX Runtime")
    kinds = _kinds(artifact)
    class_name = names.type_name(artifact.model)
    found = calls.calls(signature, class_name, kinds)
    return Model(
        title=Text(artifact.model),
        class_name=class_name,
        runtime=Text(artifact.runtime),
        made_with=Text(artifact.versions.get(artifact.runtime, "")),
        scheme=Text(artifact.scheme),
        facts=_describe.facts(artifact),
        remedy=_describe.remedy(artifact),
        contract=_describe.CONTRACT,
        least_runtime=Text(artifact.least_runtime),
        files=_describe.files(artifact),
        inputs=found[0].inputs,
        outputs=found[0].outputs,
        methods=found,
        labels=_labels(signature, kinds),
        has_strings="string" in {spec.dtype for spec in _describe.specs(signature)},
    )


def _kinds(artifact: Artifact) -> Mapping[str, Kind]:
    kinds = carried(artifact.runtime)
    signature = artifact.signature
    _check_dtypes(_describe.specs(signature), kinds, artifact.runtime)
    if artifact.runtime == "onnxruntime":
        for specs in (signature.inputs, signature.outputs):
            _check_borders(specs)
    return kinds


def _check_dtypes(specs: Sequence[TensorSpec], kinds: Mapping[str, Kind], runtime: str) -> None:
    for spec in specs:
        if spec.dtype not in kinds:
            raise BindingInputError(
                f"{spec.name} is {spec.dtype}, which {runtime}'s API for Swift cannot carry",
                remedy="add swift to the languages of the target, so that it is cast, or cast it "
                f"inside the model; it carries {', '.join(kinds)}",
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

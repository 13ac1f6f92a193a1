"""What the templates of Kotlin are given, version 1; `templates/bindings/README.md` explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.errors import BindingInputError
from sideload.languages import Identifier, _describe
from sideload.languages._text import Code, Text
from sideload.languages.kotlin import calls, names
from sideload.languages.kotlin.kinds import Kind, carried
from sideload.values import Artifact, Signature, TensorSpec

CONTEXT_VERSION: Final = 1
PACKAGE: Final = Code("sideload.models")
# An enumeration is made in one method, and the JVM lets a method have 64 KiB.
MOST_LABELS: Final = 2000
# Runtimes whose Java API loads a model from memory.
MAPPING: Final = frozenset({"onnxruntime"})

# Runtimes that compute in memory of the model's own.
ONE_AT_A_TIME: Final = frozenset({"executorch"})


@dataclass(frozen=True, kw_only=True)
class Label:
    """One class that the model can tell: its entry's name, and its text as it was trained."""

    name: Identifier
    text: Text


@dataclass(frozen=True, kw_only=True)
class Model:
    """The artifact, as the templates see it.

    `inputs`, `outputs` and `has_buffers` are the first method's.

    `buffers` are the types of buffers that the code names, which names types of tensors where it
    `has_types`. `is_mapped` where the runtime reads an asset from where it lies; calls from several
    threads take turns where it `takes_turns`.
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
    inputs: tuple[calls.Tensor, ...]
    outputs: tuple[calls.Tensor, ...]
    has_buffers: bool
    methods: tuple[calls.Call, ...]
    labels: tuple[Label, ...]
    is_mapped: bool
    takes_turns: bool
    has_types: bool
    has_strings: bool
    buffers: tuple[Code, ...]


def model(artifact: Artifact) -> Model:
    """The artifact with every decision made.

    Raises:
        BindingInputError: A dtype that the runtime's Java API cannot carry, labels that do not
            fit, or several methods for ONNX Runtime.
    """
    signature = artifact.signature
    if artifact.runtime == "onnxruntime":
        _describe.refuse_methods(signature, "Kotlin for ONNX Runtime")
    kinds = carried(artifact.runtime)
    specs = _describe.specs(signature)
    _check(specs, kinds, artifact.runtime)
    class_name = names.type_name(artifact.model)
    found = calls.calls(signature, class_name, kinds)
    # What lies beside a model is looked for beside its path.
    is_mapped = artifact.runtime in MAPPING and not artifact.extra_files
    return Model(
        package=PACKAGE,
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
        has_buffers=found[0].has_buffers,
        methods=found,
        labels=_labels(signature, kinds),
        is_mapped=is_mapped,
        takes_turns=artifact.runtime in ONE_AT_A_TIME,
        has_types=any(kinds[spec.dtype].onnx_type for spec in specs),
        has_strings="string" in {spec.dtype for spec in specs},
        buffers=_buffers(found, artifact.runtime, is_mapped=is_mapped),
    )


def _buffers(found: Sequence[calls.Call], runtime: str, *, is_mapped: bool) -> tuple[Code, ...]:
    named = {Code("ByteBuffer")} if is_mapped else set()
    for call in found:
        # ONNX Runtime's tensors are made of buffers, even where an app gives arrays.
        used = call.inputs if runtime == "onnxruntime" else ()
        in_use = (*call.inputs, *call.outputs) if call.has_buffers else used
        named |= {tensor.kind.buffer for tensor in in_use}
    return tuple(sorted(filter(None, named)))


def _check(specs: Sequence[TensorSpec], kinds: Mapping[str, Kind], runtime: str) -> None:
    for spec in specs:
        if spec.dtype not in kinds:
            raise BindingInputError(
                f"{spec.name} is {spec.dtype}, which {runtime}'s API for Kotlin cannot carry",
                remedy=f"cast it inside the model; it carries {', '.join(kinds)}",
            )


def _labels(signature: Signature, kinds: Mapping[str, Kind]) -> tuple[Label, ...]:
    _describe.check_labels(signature)
    if signature.labels and not kinds[signature.outputs[0].dtype].is_number:
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

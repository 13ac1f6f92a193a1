"""What the templates of Python are given, version 1; `templates/bindings/README.md` explains it.

Names are `Identifier`s, pieces of source are `Code`, and everything that somebody else wrote is
`Text`, which refuses to be printed without a filter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.errors import BindingInputError
from sideload.languages import Identifier, _describe
from sideload.languages._text import Code, Text
from sideload.languages.python import names
from sideload.languages.python.text import literal
from sideload.values import Artifact, Dimension, Signature, TensorSpec

CONTEXT_VERSION: Final = 1
NUMPY_TYPES: Final[Mapping[str, str]] = {
    "bool": "np.bool_",
    "float16": "np.float16",
    "float32": "np.float32",
    "float64": "np.float64",
    "int8": "np.int8",
    "int16": "np.int16",
    "int32": "np.int32",
    "int64": "np.int64",
    "string": "np.str_",
    "uint8": "np.uint8",
}
# What a single value is, by the first letter of its dtype.
NUMBERS: Final[Mapping[str, str]] = {"b": "bool", "f": "float", "i": "int", "s": "str", "u": "int"}


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One input or output; `border` is its name in the model file."""

    name: Identifier
    border: Text
    dtype: Code
    annotation: Code
    shape: Code
    shape_text: Text
    inside: Text
    is_scalar: bool


@dataclass(frozen=True, kw_only=True)
class Method:
    """What the class can be asked; `border` is the method's name in the model file."""

    name: Identifier
    border: Text
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    output_class: Identifier


@dataclass(frozen=True, kw_only=True)
class Label:
    """One class that the model can tell: its member name, and its text as it was trained."""

    name: Identifier
    index: int
    text: Text


@dataclass(frozen=True, kw_only=True)
class Model:
    """The artifact, as the templates see it."""

    title: Text
    class_name: Identifier
    output_class: Identifier
    label_class: Identifier
    score_class: Identifier
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
    methods: tuple[Method, ...]
    labels: tuple[Label, ...]


def model(artifact: Artifact) -> Model:
    """The artifact with every decision made.

    Raises:
        BindingInputError: A dtype that Python's templates do not know, or labels that do not fit.
    """
    class_name = names.type_name(artifact.model)
    _check(_describe.specs(artifact.signature), artifact.runtime)
    label, score = (Identifier(f"{class_name}{part}") for part in ("Label", "Score"))
    methods = _methods(artifact.signature, [class_name, label, score])
    return Model(
        title=Text(artifact.model),
        class_name=class_name,
        output_class=methods[0].output_class,
        label_class=label,
        score_class=score,
        runtime=Text(artifact.runtime),
        made_with=Text(artifact.versions.get(artifact.runtime, "")),
        scheme=Text(artifact.scheme),
        facts=_describe.facts(artifact),
        remedy=_describe.remedy(artifact),
        contract=_describe.CONTRACT,
        least_runtime=Text(artifact.least_runtime),
        files=_describe.files(artifact),
        inputs=methods[0].inputs,
        outputs=methods[0].outputs,
        methods=methods,
        labels=_labels(artifact.signature),
    )


def _methods(signature: Signature, types: list[Identifier]) -> tuple[Method, ...]:
    """What the class can be asked, `predict` first; `types` are the classes beside the outputs."""
    calls = _describe.calls(signature)
    others = [call.name for call in calls[1:]]
    found = [Identifier("predict"), *names.variables(others, names.MEMBERS)]
    outputs = names.outputs(types[0], others)
    return tuple(
        Method(
            name=name,
            border=Text(call.name),
            inputs=_tensors(call.inputs, [*types, *outputs]),
            outputs=_tensors(call.outputs, [*types, *outputs]),
            output_class=kind,
        )
        for call, name, kind in zip(calls, found, outputs, strict=True)
    )


def carried(runtime: str) -> Mapping[str, str]:
    """The dtypes that `runtime` has in Python, with numpy's types: ExecuTorch has no texts."""
    if runtime == "executorch":
        return {dtype: kind for dtype, kind in NUMPY_TYPES.items() if dtype != "string"}
    return NUMPY_TYPES


def _check(specs: Sequence[TensorSpec], runtime: str) -> None:
    known = carried(runtime)
    for spec in specs:
        if spec.dtype not in known:
            raise BindingInputError(
                f"{spec.name} is {spec.dtype}, which {runtime} cannot carry in Python",
                remedy=f"export it as one of {', '.join(known)}",
            )


def _tensors(specs: tuple[TensorSpec, ...], beside: list[Identifier]) -> tuple[Tensor, ...]:
    found = names.variables([spec.name for spec in specs], beside)
    return tuple(_tensor(spec, name) for spec, name in zip(specs, found, strict=True))


def _tensor(spec: TensorSpec, name: Identifier) -> Tensor:
    dtype = NUMPY_TYPES[spec.dtype]
    return Tensor(
        name=name,
        border=Text(spec.name),
        dtype=Code(dtype),
        annotation=Code(f"NDArray[{dtype}]" if spec.shape else NUMBERS[spec.dtype[0]]),
        shape=_shape(spec),
        shape_text=_describe.shape(spec),
        inside=Text(spec.inside),
        is_scalar=not spec.shape,
    )


def _shape(spec: TensorSpec) -> Code:
    sizes = ", ".join(map(_size, spec.shape))
    return Code(f"({sizes},)" if len(spec.shape) == 1 else f"({sizes})")


def _size(size: int | Dimension) -> str:
    if isinstance(size, int):
        return str(size)
    return f"_Axis({literal(size.name)}, {size.min}, {size.max})"


def _labels(signature: Signature) -> tuple[Label, ...]:
    _describe.check_labels(signature)
    found = names.constants(signature.labels)
    pairs = enumerate(zip(found, signature.labels, strict=True))
    return tuple(Label(name=name, index=at, text=Text(text)) for at, (name, text) in pairs)

"""What the templates of Python are given, version 1; `templates/bindings/README.md` explains it.

Names are `Identifier`s, pieces of source are `Code`, and everything that somebody else wrote is
`Text`, which refuses to be printed without a filter.
"""

from collections.abc import Mapping
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
    "uint8": "np.uint8",
}


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One input or output; `border` is its name in the model file."""

    name: Identifier
    border: Text
    dtype: Code
    annotation: Code
    shape: Code
    shape_text: Text


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
    files: tuple[_describe.ModelFile, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    labels: tuple[Label, ...]


def model(artifact: Artifact) -> Model:
    """The artifact with every decision made.

    Raises:
        BindingInputError: A dtype that Python's templates do not know, or labels that do not fit.
    """
    class_name = names.type_name(artifact.model)
    types = [Identifier(f"{class_name}{suffix}") for suffix in ("Output", "Label", "Score")]
    return Model(
        title=Text(artifact.model),
        class_name=class_name,
        output_class=types[0],
        label_class=types[1],
        score_class=types[2],
        runtime=Text(artifact.runtime),
        made_with=Text(artifact.versions.get(artifact.runtime, "")),
        scheme=Text(artifact.scheme),
        facts=_describe.facts(artifact),
        remedy=_describe.remedy(artifact),
        contract=_describe.CONTRACT,
        files=_describe.files(artifact),
        inputs=_tensors(artifact.signature.inputs, [class_name, *types]),
        outputs=_tensors(artifact.signature.outputs, [class_name, *types]),
        labels=_labels(artifact.signature),
    )


def _tensors(specs: tuple[TensorSpec, ...], beside: list[Identifier]) -> tuple[Tensor, ...]:
    found = names.variables([spec.name for spec in specs], beside)
    return tuple(_tensor(spec, name) for spec, name in zip(specs, found, strict=True))


def _tensor(spec: TensorSpec, name: Identifier) -> Tensor:
    if spec.dtype not in NUMPY_TYPES:
        raise BindingInputError(
            f"{spec.name} is {spec.dtype}, which a Python class cannot carry",
            remedy=f"export it as one of {', '.join(NUMPY_TYPES)}",
        )
    dtype = NUMPY_TYPES[spec.dtype]
    return Tensor(
        name=name,
        border=Text(spec.name),
        dtype=Code(dtype),
        annotation=Code(f"NDArray[{dtype}]"),
        shape=_shape(spec),
        shape_text=_describe.shape(spec),
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

"""What people want to know of an artifact, in words; what all languages write into comments."""

import shlex
from dataclasses import dataclass
from typing import Final

from sideload.errors import BindingInputError
from sideload.languages._text import Text
from sideload.values import (
    Artifact,
    Dimension,
    Method,
    Metric,
    Parity,
    Signature,
    TensorSpec,
)

# What a generated class and its model file have agreed on; raised when either changes.
CONTRACT: Final = 1
FORWARD: Final = "forward"


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """A file that must be there, by its name beside the model, size and lower-case SHA-256."""

    name: Text
    size_bytes: int
    sha256: Text


def files(artifact: Artifact) -> tuple[ModelFile, ...]:
    """The model, and then what lies beside it."""
    return tuple(
        ModelFile(name=Text(file.path.name), size_bytes=file.size_bytes, sha256=Text(file.sha256))
        for file in (artifact.file, *artifact.extra_files)
    )


def facts(artifact: Artifact) -> tuple[Text, ...]:
    """Sentences for the class's documentation: what the file is, and how good its answers are."""
    parity = artifact.parity
    lines = [
        f"Runs on {artifact.runtime} at {artifact.precision} ({artifact.scheme}).",
        f"Model file: {artifact.file.path.name}, {artifact.file.size_bytes:,} bytes.",
        f"SHA-256: {artifact.file.sha256}",
        "Not compared with PyTorch." if parity is None else _agreement(parity),
    ]
    if parity is not None and parity.metric is not None:
        lines.append(_measured(parity.metric))
    return tuple(Text(line) for line in [*lines, *artifact.notes])


def calls(signature: Signature) -> tuple[Method, ...]:
    """Everything that the file can be asked: `forward`, and then its other methods."""
    first = Method(name=FORWARD, inputs=signature.inputs, outputs=signature.outputs)
    return (first, *signature.methods)


def specs(signature: Signature) -> tuple[TensorSpec, ...]:
    """Everything that goes in and comes out, of `forward` and then of the other methods."""
    return tuple(spec for call in calls(signature) for spec in (*call.inputs, *call.outputs))


def refuse_methods(signature: Signature, language: str) -> None:
    """Refuse what a language's templates would leave out without a word.

    Raises:
        BindingInputError: There are methods beside `forward`.
    """
    if signature.methods:
        raise BindingInputError(
            f"{signature.methods[0].name} is a method beside forward, which classes in {language} "
            "do not have yet",
            remedy="export it as a model of its own",
        )


def shape(tensor: TensorSpec) -> Text:
    """Elements per axis: `batch (1 to 8) x 3 x 224 x 224`, or `a single value`."""
    return Text(" x ".join(_axis(size) for size in tensor.shape) or "a single value")


def remedy(artifact: Artifact) -> Text:
    """The command that exports this model once more and writes its class again."""
    named = ("--model", artifact.model, "--runtime", artifact.runtime)
    asked = artifact.asked or (*named, "--precision", artifact.precision)
    return Text(f"sideload bind {shlex.join(asked)}")


def check_labels(signature: Signature) -> None:
    """Refuse labels that do not name the last axis of the first output one by one.

    Raises:
        BindingInputError: There are more or fewer labels than that axis has elements.
    """
    last = signature.outputs[0].shape[-1:] if signature.outputs else ()
    if signature.labels and last != (len(signature.labels),):
        raise BindingInputError(
            f"there are {len(signature.labels)} labels, but the first output's last axis has "
            f"{''.join(map(_axis, last)) or 'no'} elements",
            remedy="return one label for each element of that axis, or none",
        )


def _axis(size: int | Dimension) -> str:
    if isinstance(size, int):
        return str(size)
    most = "any" if size.max is None else str(size.max)
    return f"{size.name} ({size.min} to {most})"


def _agreement(parity: Parity) -> str:
    return (
        f"Against PyTorch on {parity.samples} samples ({parity.data or 'no description'}): "
        f"cosine {parity.cosine:.6f}, largest difference {parity.max_abs_error:.3g}, "
        f"SQNR {parity.sqnr_db:.1f} dB."
    )


def _measured(metric: Metric) -> str:
    return (
        f"Measured {metric.name}: {metric.value:.2%} on {metric.count} samples "
        f"(PyTorch: {metric.reference:.2%})."
    )

"""A transformers folder made into a subject: the right part, real inputs, named outputs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch

from sideload.errors import SourceError
from sideload.sources import _hub, _outputs, _parts, _samples, _transformers
from sideload.sources._modules import Border, adapted
from sideload.values import Subject

# What else models answer with: states for a next step, and the layers on the way.
LEFT_OUT: Final = (
    "attentions",
    "extract_features",
    "hidden_states",
    "loss",
    "past_key_values",
    "reshaped_hidden_states",
)


def subject(folder: Path, wanted: str, name: str, *, dynamic: bool) -> Subject:
    """The part `wanted` of the model in `folder`, after running it once.

    Raises:
        SourceError: It is not carried; the message says why not.
        BadModelFileError: A file of the folder is broken.
    """
    config = _hub.config(folder)
    model = _transformers.model(folder, config)
    part = _parts.choose(model, wanted, folder)
    given = _samples.samples(part, folder, dynamic=dynamic)
    border = Border(names=part.names, keywords=True, fixed=part.fixed)
    first = _outputs.tried(adapted(part.module, border), given.examples, folder)
    keys = _fields(first, type(model).__name__)
    _prune(part, given.examples)
    whole = Border(names=part.names, keywords=True, fixed=part.fixed, keys=keys)
    return Subject(
        name=name,
        module=adapted(part.module, whole),
        examples=given.examples,
        output_names=keys,
        dynamic=given.dynamic,
        labels=_labels(model, first[keys[0]]),
        calibration=given.calibration,
        evaluation=given.evaluation,
        data=given.data,
        kind=part.kind,
    )


def _fields(answer: Any, model: str) -> tuple[str, ...]:  # noqa: ANN401 - what models return
    """The fields of an answer that are results, in order."""
    if not isinstance(answer, Mapping):
        raise SourceError(
            f"{model} answers with a {type(answer).__name__} without named fields",
            remedy="write a function that wraps it, and give file.py:function",
        )
    keys = tuple(
        key
        for key, value in answer.items()
        if isinstance(value, torch.Tensor) and key not in LEFT_OUT
    )
    if not keys:
        raise SourceError(
            f"{model} answers with no tensor, but {', '.join(map(str, answer)) or 'nothing'}",
            remedy="write a function that wraps it, and give file.py:function",
        )
    return keys


def _labels(model: Any, output: torch.Tensor) -> tuple[str, ...]:  # noqa: ANN401
    """The configuration's class names, where the first output has a value for each of them."""
    names = getattr(model.config, "id2label", None) or {}
    classifies = "Classification" in type(model).__name__ and output.shape[-1] == len(names)
    return tuple(str(names[index]) for index in sorted(names)) if classifies else ()


def _prune(part: _parts.Part, examples: Mapping[str, Any]) -> None:
    """Drop the side of a two-tower model that this part never calls: it would double the file."""
    if not isinstance(part.module, _parts.Tower):
        return
    model, called = part.module.model, set()
    hooks = [
        child.register_forward_hook(lambda *_, name=name: called.add(name))
        for name, child in model.named_children()
    ]
    with torch.no_grad():
        part.module(**{name: torch.from_numpy(value) for name, value in examples.items()})
    for hook in hooks:
        hook.remove()
    for name in [name for name, _ in model.named_children() if name not in called]:
        delattr(model, name)

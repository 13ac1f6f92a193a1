"""Which part of a transformers model goes to the phone, and by what names it is called."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import torch

from sideload.errors import SourceError
from sideload.sources import _pooling
from sideload.sources._transformers import accepts

TOWERS: Final[Mapping[str, tuple[str, str, str]]] = {
    # The part's name: the model's own method, its sub-configuration, the output's name.
    "text": ("get_text_features", "text_config", "text_embeds"),
    "vision": ("get_image_features", "vision_config", "image_embeds"),
    "audio": ("get_audio_features", "audio_config", "audio_embeds"),
}
KINDS: Final = {
    "input_ids": "text",
    "pixel_values": "vision",
    "input_features": "audio",
    "input_values": "audio",
}
# Tasks on two texts at once need to be told which is which.
PAIRS: Final = ("ForQuestionAnswering", "ForNextSentencePrediction", "ForMultipleChoice")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A module that answers with a mapping, the names it is called by, and its configuration."""

    module: Any
    config: Any
    names: tuple[str, ...]
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`text`, `vision` or `audio`."""
        return KINDS[self.names[0]]


class Tower(torch.nn.Module):
    """One side of a model with two: what it sees as a vector in the space that both share."""

    def __init__(self, model: Any, part: str) -> None:  # noqa: ANN401 - a model of transformers
        super().__init__()
        self.model = model
        self.method, _, self.output = TOWERS[part]

    def forward(self, **given: torch.Tensor) -> dict[str, torch.Tensor]:
        """The vectors, (n, features), under the output's name."""
        answer = getattr(self.model, self.method)(**given)
        return {self.output: getattr(answer, "pooler_output", answer)}


def choose(model: Any, wanted: str, folder: Path) -> Part:  # noqa: ANN401
    """The part called `wanted`, or without a name the one that such a model is for.

    Raises:
        SourceError: It has no such part, or two of them and neither is named.
    """
    towers = [part for part, (method, *_) in TOWERS.items() if hasattr(model, method)]
    is_dual = "text" in towers and len(towers) > 1
    if is_dual:
        return _tower(model, wanted, towers, folder)
    pooled = _pooling.wanted(folder)
    if wanted == "embedding" or (not wanted and pooled and not _has_head(model)):
        chosen = pooled or _pooling.Pooling()
        return _whole(_pooling.Embedder(_encoder(model), chosen), model)
    encodes = model.config.is_encoder_decoder and not _has_head(model)
    if wanted == "encoder" or (not wanted and encodes):
        return _whole(_encoder(model), model)
    if wanted:
        raise SourceError(
            f"{type(model).__name__} has no part called {wanted!r}",
            remedy="name none, or #encoder, or #embedding for a text encoder",
        )
    return _whole(model, model)


def _tower(model: Any, wanted: str, towers: list[str], folder: Path) -> Part:  # noqa: ANN401
    if wanted not in towers:
        named = " or ".join(f"{folder.name}#{part}" for part in towers)
        found = f"no part called {wanted!r}" if wanted else "several towers, one for each model"
        raise SourceError(f"{type(model).__name__} has {found}", remedy=f"--model {named}")
    method, sub, _ = TOWERS[wanted]
    config = getattr(model.config, sub, model.config)
    inputs = inspect.signature(getattr(model, method)).parameters
    names = tuple(name for name in (*KINDS, "attention_mask") if name in inputs)
    return Part(module=Tower(model, wanted), config=config, names=names)


def _whole(module: Any, model: Any) -> Part:  # noqa: ANN401
    """All of `module`, called by the inputs that it cannot do without."""
    main = [name for name in KINDS if accepts(module, name)]
    required = [
        one.name
        for one in inspect.signature(module.forward).parameters.values()
        if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
    ]
    unknown = [name for name in required if name not in (*main, "attention_mask")]
    if not main or unknown:
        raise SourceError(
            f"{type(model).__name__} wants {', '.join(unknown or required) or 'unknown inputs'}, "
            "which this source has no real data for",
            remedy="write a function that returns the model with its inputs: file.py:function",
        )
    own = getattr(module, "main_input_name", main[0])
    first = own if own in main else main[0]
    extra = _text_extras(module, model) if first == "input_ids" else ()
    fixed = {"use_cache": False} if accepts(module, "use_cache") else {}
    return Part(module=module, config=model.config, names=(first, *extra), fixed=fixed)


def _text_extras(module: Any, model: Any) -> tuple[str, ...]:  # noqa: ANN401
    mask = ("attention_mask",) if accepts(module, "attention_mask") else ()
    pairs = type(model).__name__.endswith(PAIRS) and accepts(module, "token_type_ids")
    return (*mask, "token_type_ids") if pairs else mask


def _encoder(model: Any) -> Any:  # noqa: ANN401
    """The encoder of a model with a decoder; of any other, the model without its head."""
    if model.config.is_encoder_decoder and hasattr(model, "get_encoder"):
        return model.get_encoder()
    return getattr(model, model.base_model_prefix, model)


def _has_head(model: Any) -> bool:  # noqa: ANN401
    """Whether the model answers a question of its own about each input."""
    name = type(model).__name__
    return "For" in name and not name.endswith(("ForConditionalGeneration", "ForPreTraining"))

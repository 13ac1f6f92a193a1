"""Real inputs for a part of a transformers model: sentences, photographs, speech-like sound."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sideload.samples import sentences, tokens
from sideload.sources import _pictures, _sound, _transformers
from sideload.sources._parts import Part
from sideload.values import Dimension

if TYPE_CHECKING:
    from sideload.values import Arrays

BATCH: Final = Dimension(name="batch", min=1, max=4)
LONGEST: Final = 512  # memory for the longest text is set aside, and grows with its square
FIXED_LENGTH: Final = 64
SHORTEST: Final = 2


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Inputs by name to capture with, to calibrate on and to evaluate on, and what they are."""

    examples: "Arrays"
    calibration: "tuple[Arrays, ...]"
    evaluation: "tuple[Arrays, ...]"
    data: str
    dynamic: dict[str, dict[int, Dimension]] = field(default_factory=dict)


def samples(part: Part, folder: Path, *, dynamic: bool) -> Samples:
    """Inputs of the part's kind, prepared as the folder says."""
    if part.kind == "text":
        return _text(part, folder, dynamic=dynamic)
    if part.kind == "vision":
        calibration, evaluation = _pictures.split(part, folder)
        data = f"{len(evaluation)} {_pictures.DATA}"
    else:
        calibration, evaluation = _sound.split(part)
        data = f"{len(evaluation)} pieces of {_sound.DATA}"
    name = part.names[0]
    return Samples(
        examples={name: calibration[0]},
        calibration=tuple({name: one} for one in calibration),
        evaluation=tuple({name: one} for one in evaluation),
        data=data,
    )


def _text(part: Part, folder: Path, *, dynamic: bool) -> Samples:
    tokenizer = _transformers.tokenizer(folder)
    longest = min(LONGEST, _longest(part, tokenizer))
    fixed = None if dynamic else min(FIXED_LENGTH, longest)
    source = tokens.Tokens(
        tokenizer=tokenizer or _drawn(part),
        names=part.names,
        lengths=tokens.Lengths(longest=longest, fixed=fixed),
    )
    axes = {0: BATCH, 1: Dimension(name="sequence", min=SHORTEST, max=longest)}
    return Samples(
        examples=source.batch(sentences.CALIBRATION[: 2 if dynamic else 1]),
        calibration=source.calibration(),
        evaluation=source.evaluation(),
        data=sentences.DATA if tokenizer else tokens.DRAWN_DATA,
        dynamic={name: dict(axes) for name in part.names} if dynamic else {},
    )


def _longest(part: Part, tokenizer: Any) -> int:  # noqa: ANN401 - of transformers
    """How many tokens the model has positions for, and its tokenizer gives."""
    limits = [LONGEST]
    positions = getattr(part.config, "max_position_embeddings", None) or getattr(
        part.config, "n_positions", None
    )
    if isinstance(positions, int) and positions > 0:
        limits.append(positions - _skipped(part.module, positions))
    given = getattr(tokenizer, "model_max_length", None)
    if isinstance(given, int) and given > 0:
        limits.append(given)
    return max(SHORTEST, min(limits))


def _skipped(module: Any, positions: int) -> int:  # noqa: ANN401 - of transformers
    """RoBERTa's kind counts positions from after the padding's, so that fewer tokens fit."""
    import torch

    tables = [one for one in module.modules() if isinstance(one, torch.nn.Embedding)]
    padded = [
        one.padding_idx + 1
        for one in tables
        if one.num_embeddings == positions and one.padding_idx is not None
    ]
    return max(padded, default=0)


def _drawn(part: Part) -> tokens.Drawn:
    config = part.config
    vocabulary = int(config.vocab_size)
    ids = [getattr(config, name, None) for name in ("pad_token_id", "bos_token_id", "eos_token_id")]
    padding, first, last = [
        one if isinstance(one, int) and 0 <= one < vocabulary else None for one in ids
    ]
    return tokens.Drawn(vocabulary=vocabulary, padding=padding or 0, first=first, last=last)

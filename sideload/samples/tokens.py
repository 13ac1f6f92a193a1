"""Sentences as arrays of token ids, through a tokenizer, or drawn where there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from sideload.samples.sentences import CALIBRATION, EVALUATION

Integers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
# What tokenizers of transformers are: called with texts and options, they answer with arrays.
Tokenizer: TypeAlias = Callable[..., Any]
DRAWN_DATA: Final = f"{len(EVALUATION)} runs of token ids drawn with a fixed seed (no tokenizer)"


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """How long samples may be, in tokens; `fixed` is their one length where that is not open."""

    longest: int
    fixed: int | None = None


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Sentences of their own lengths, or all padded to the one that is fixed."""

    tokenizer: Tokenizer
    names: Sequence[str]
    lengths: Lengths

    def batch(self, texts: Sequence[str], multiple: int = 1) -> dict[str, Integers]:
        """One sample of several texts, (texts, tokens) for each name, padded to a `multiple`."""
        fixed = self.lengths.fixed
        options = (
            {"padding": "max_length", "max_length": fixed}
            if fixed
            else {
                "padding": True,
                "pad_to_multiple_of": multiple,
                "max_length": self.lengths.longest // multiple * multiple,
            }
        )
        made = self.tokenizer(list(texts), truncation=True, return_tensors="np", **options)
        return {name: np.asarray(made[name], dtype=np.int64) for name in self.names}

    def each(self, texts: Sequence[str]) -> tuple[dict[str, Integers], ...]:
        """One sample for each text; every second one is padded, so that masks matter."""
        return tuple(
            self.batch([text], multiple=8 if index % 2 and self.lengths.longest >= 8 else 1)  # noqa: PLR2004 - the multiple itself
            for index, text in enumerate(texts)
        )

    def calibration(self) -> tuple[dict[str, Integers], ...]:
        """The sentences to calibrate on."""
        return self.each(CALIBRATION)

    def evaluation(self) -> tuple[dict[str, Integers], ...]:
        """The others, to evaluate on."""
        return self.each(EVALUATION)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Stands in for a missing tokenizer: as many ids as a text has words, drawn by the text itself.

    `first` and `last` begin and end each text, as most encoders were trained to see; `reserved` is
    how many low ids are left to special tokens.
    """

    vocabulary: int
    padding: int = 0
    first: int | None = None
    last: int | None = None
    reserved: int = 5

    def __call__(
        self,
        texts: Sequence[str],
        *,
        padding: bool | str,
        max_length: int,
        pad_to_multiple_of: int = 1,
        truncation: bool,
        return_tensors: str,
    ) -> dict[str, Integers]:
        """Arrays under the names that tokenizers use; takes the options that `Tokens` gives."""
        del (
            truncation,
            return_tensors,
        )  # what Tokens asks of every tokenizer, and all that is done here
        rows = [self._ids(text, max_length) for text in texts]
        longest = max_length if padding == "max_length" else max(map(len, rows))
        longest = -(-longest // pad_to_multiple_of) * pad_to_multiple_of
        ids = np.full((len(rows), longest), self.padding, dtype=np.int64)
        mask = np.zeros_like(ids)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        return {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(ids),
        }

    def _ids(self, text: str, longest: int) -> list[int]:
        generator = np.random.default_rng(list(text.encode("utf-8")))
        least = min(self.reserved, self.vocabulary - 1)
        ends = [one for one in (self.first, self.last) if one is not None]
        count = max(2, min(len(text.split()) * 5 // 4 + 2, longest)) - len(ends)
        ids = generator.integers(least, self.vocabulary, size=max(count, 0)).tolist()
        start = [] if self.first is None else [self.first]
        return [*start, *ids, *([] if self.last is None else [self.last])]

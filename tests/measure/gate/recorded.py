"""Times of real processes, beside which simulated noise must not look different.

Medians of ONNX Runtime processes that ran one after the other, each with the same two small models
on one or two threads, on a virtual machine with two shared cores: with nothing else (`idle`), with
a process that spins (`busy`), with one that spins now and then (`burst`). Besides log ratios of
pairs of equal processes: one after the other (`solo`), and taking turns (`duet`).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from sideload.measure.gate.coin import candidate_first

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
_FILE: Final = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
MEDIANS: Final[Mapping[str, Floats]] = {
    name: np.log(np.array(times, dtype=np.float64)) for name, times in _FILE["medians_ns"].items()
}
PAIRS: Final[Mapping[str, Floats]] = {
    name: np.array(ratios) / 1e6 for name, ratios in _FILE["pairs_1e6"].items()
}


def every_pair() -> Mapping[str, Floats]:
    """The log ratios of neighbours in each recording, and those of the pairs that were planned."""
    neighbours = {name: logs[1::2] - logs[0::2] for name, logs in MEDIANS.items()}
    return neighbours | dict(PAIRS)


def tossed(ratios: Floats, times: int, seed: str) -> Floats:
    """The same pairs with the coin thrown again, of shape (times, pairs)."""
    signs = [
        [1 if candidate_first(f"{seed} {time}", pair) else -1 for pair in range(len(ratios))]
        for time in range(times)
    ]
    return np.asarray(np.array(signs) * ratios)

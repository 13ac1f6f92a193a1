"""How many architectures go through the Hugging Face source, at which precision.

`python -m tests.benchmarks.architectures` tries every family and writes `docs/architectures.md`;
the figures are measured on those that are used most.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

from tests.benchmarks._architectures_page import Rows, rewritten
from tests.benchmarks.harness import figure
from tests.sources.families import FAMILIES, save

CHECKOUT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = CHECKOUT / "docs" / "architectures.md"
LIMIT_S: Final = 1800
USED_MOST: Final = (
    "distilbert",
    "bert",
    "roberta",
    "electra",
    "vit classifier",
    "deit",
    "swin",
    "convnext",
    "resnet",
    "regnet",
    "segformer",
    "whisper",
    "wav2vec2",
    "clip, its text tower",
    "clip, its vision tower",
)


@figure(name="architectures in float32, ExecuTorch", unit="%", reach=100, better="higher")
def float32_executorch() -> Sequence[float]:
    """The share of the families used most that pass the parity gate."""
    return [_share("executorch", "float32")]


@figure(name="architectures in int8, ExecuTorch", unit="%", reach=90, better="higher")
def int8_executorch() -> Sequence[float]:
    """As above, with the scheme that is picked for each."""
    return [_share("executorch", "int8")]


@figure(name="architectures in float32, ONNX Runtime", unit="%", reach=100, better="higher")
def float32_onnxruntime() -> Sequence[float]:
    """As above."""
    return [_share("onnxruntime", "float32")]


@figure(name="architectures in int8, ONNX Runtime", unit="%", reach=90, better="higher")
def int8_onnxruntime() -> Sequence[float]:
    """As above."""
    return [_share("onnxruntime", "int8")]


def _share(runtime: str, precision: str) -> float:
    rows = [row for rows in _used_most().values() for row in rows]
    passed = [
        row
        for row in rows
        if (row["runtime"], row["precision"]) == (runtime, precision) and "error" not in row
    ]
    return 100 * len(passed) / len(USED_MOST)


@cache
def _used_most() -> Mapping[str, Rows]:
    return tried(USED_MOST)


def tried(names: Iterable[str]) -> dict[str, Rows]:
    """What became of each family, by its name; as many at a time as there are cores."""
    chosen = list(names)
    with tempfile.TemporaryDirectory() as folder:
        specs = [
            save(FAMILIES[name], Path(folder) / name.replace(" ", "_").replace(",", ""))
            for name in chosen
        ]
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            return dict(zip(chosen, pool.map(_rows, chosen, specs), strict=True))


def _rows(name: str, spec: str) -> Rows:
    """One line for each runtime and precision; fewer where the process died."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.sources.carried", spec],
        cwd=CHECKOUT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    rows = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    failed = [row for row in rows if "error" in row]
    sys.stderr.write(f"  {name}: {len(rows) - len(failed)} of {len(rows)}\n")
    for row in failed:
        sys.stderr.write(f"    {row['runtime']} {row['precision']}: {row['message'][:300]}\n")
    return rows


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(rewritten(text, tried(FAMILIES)), encoding="utf-8")

"""English sentences of two words to a paragraph, written for this project."""

from pathlib import Path
from typing import Final

SENTENCES: Final = tuple(
    Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
)
CALIBRATION: Final = SENTENCES[:16]
EVALUATION: Final = SENTENCES[16:]
DATA: Final = f"{len(EVALUATION)} English sentences of 4 to 45 words"

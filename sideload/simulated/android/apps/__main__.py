"""`python -m sideload.simulated.android.apps PROGRAM ROOT WORDS…`: a program of one phone."""

import sys
from collections.abc import Sequence
from pathlib import Path

from sideload.simulated.android.apps import am, pm


def main(argv: Sequence[str]) -> int:
    """Run the program; its exit code."""
    program, root, *words = argv
    act = {"pm": pm.main, "am": am.main}[program]
    return act(Path(root), words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

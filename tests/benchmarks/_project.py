"""A project folder of its own for a benchmark, with an empty cache, and the commands run in it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

CHECKOUT: Final = Path(__file__).resolve().parents[2]
ENVIRONMENT: Final = Path(sys.prefix)
LONGEST_S: Final = 1800
Document: TypeAlias = dict[str, Any]


class Project:
    """Removed with everything in it when the benchmarks end."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="sideload-bench-")
        folder = Path(self._temporary.name)
        self._environment = os.environ | {
            "SIDELOAD_HOME": str(folder / "home"),
            "SIDELOAD_CACHE": str(folder / "cache"),
        }

    def run(self, argv: Sequence[str]) -> tuple[float, str]:
        """Run a program of the checkout; its wall time in seconds, and its stdout.

        Raises:
            RuntimeError: It failed; the message holds the end of what it said.
        """
        started = time.perf_counter()
        shown = subprocess.run(
            argv,
            cwd=CHECKOUT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        seconds = time.perf_counter() - started
        if shown.returncode != 0:
            end = f"{shown.stdout[-1000:]}\n{shown.stderr[-2000:]}"
            raise RuntimeError(f"{' '.join(argv)} ended with {shown.returncode}: {end}")
        return seconds, shown.stdout

    def make(self, target: str) -> float:
        """Wall time of a target of the Makefile, in the environment that we run in."""
        return self.run(["make", f"VENV={ENVIRONMENT}", target])[0]

    def sideload(self, command: str, **options: str | Sequence[str]) -> tuple[float, Document]:
        """Wall time and document of one command; an option with several values is repeated."""
        words = [str(ENVIRONMENT / "bin" / "sideload"), command, "--json"]
        for name, values in options.items():
            for value in [values] if isinstance(values, str) else values:
                words += [f"--{name}", value]
        seconds, text = self.run(words)
        return seconds, json.loads(text)

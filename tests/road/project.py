"""A user's project in a folder of its own, and the command line as a user runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

RUN: Final = (sys.executable, "-c", "from sideload.cli import main; main()")
WITHIN_S: Final = 400.0
# Small enough to be lowered in seconds, awkward enough to be worth it: two inputs, an open batch.
USERS_OWN: Final = '''
"""A model of the user's own."""

import numpy as np
import torch

import sideload


class Blend(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3)

    def forward(self, left, right):
        return self.linear(left + right), left - right


def blend():
    torch.manual_seed(7)
    chance = np.random.default_rng(7)
    samples = [
        {name: chance.normal(size=(1, 4)).astype(np.float32) for name in ("left", "right")}
        for _ in range(6)
    ]
    return sideload.Model(
        module=Blend(),
        inputs=samples[0],
        outputs=("scores", "difference"),
        calibration=samples[:3],
        evaluation=samples[3:],
    )
'''


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended, and all that it said."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """What `--json` printed; anything else on stdout makes this fail."""
        document: dict[str, Any] = json.loads(self.stdout)
        return document

    @property
    def error(self) -> dict[str, Any]:
        """The document's error; it must say the same as stderr, and there must be no traceback."""
        error: dict[str, Any] = self.document["error"]
        assert error["exit_code"] == self.exit_code
        assert "Traceback" not in self.stderr
        assert error["message"].splitlines()[0].strip() in self.stderr
        assert error["remedy"].splitlines()[0].strip() in self.stderr
        return error


@dataclass(frozen=True, kw_only=True)
class Project:
    """`home` holds the user's files, and the artifacts that come out."""

    home: Path

    def environment(self) -> dict[str, str]:
        """The tests' own, pointed at this project."""
        return {**os.environ, "SIDELOAD_HOME": str(self.home)}

    def sideload(self, *words: str, env: Mapping[str, str] | None = None) -> Ended:
        """Run one command line to its end."""
        done = subprocess.run(
            [*RUN, *words],
            cwd=self.home,
            env={**self.environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
        return Ended(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start one command line; the caller ends it."""
        return subprocess.Popen(
            [*RUN, *words],
            cwd=self.home,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def interrupted(self, *words: str, at: str) -> Ended:
        """Run until stderr says `at`, then press Ctrl-C."""
        process = self.start(*words)
        assert process.stderr is not None
        said = ""
        deadline = time.monotonic() + WITHIN_S
        while at not in said and time.monotonic() < deadline:
            line = process.stderr.readline()
            if not line:
                break
            said += line
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=WITHIN_S)
        return Ended(exit_code=process.returncode, stdout=stdout, stderr=said + stderr)

    def file(self, name: str, text: str) -> Path:
        """A text file in the project."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

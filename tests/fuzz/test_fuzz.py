"""The fuzzer runs for a moment, and would find what there is to find."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.requires import require

TIMEOUT_S = 120
BROKEN = """
import sys
from pathlib import Path
from tests.fuzz.__main__ import answers, fuzz

def nothing_is_stored(data, cuts):
    try:
        said = answers.Answers().feed(data)
    except answers.ProtocolError:
        return
    assert said != [None]

replay = [Path(word) for word in sys.argv[2:]]
fuzz(
    {"nothing_is_stored": nothing_is_stored},
    folder=Path(sys.argv[1]),
    seconds=60,
    replay=replay[0] if replay else None,
)
"""
GREEDY = """
import sys
from pathlib import Path
from tests.fuzz.__main__ import fuzz

def little_is_kept(data, cuts):
    bytearray(2 << 30)

fuzz({"little_is_kept": little_is_kept}, folder=Path(sys.argv[1]), seconds=60)
"""


@pytest.fixture(scope="module", autouse=True)
def _needed() -> None:
    found = importlib.util.find_spec("atheris") is not None
    require(found or sys.platform != "linux", "no atheris: pip install atheris")
    if not found:
        pytest.skip("atheris is made for Linux")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=TIMEOUT_S,
        check=False,
    )


def test_some_thousand_runs_of_the_fuzzer_break_no_claim(tmp_path: Path) -> None:
    # So many and no others, on a fast machine too: what is new is looked for by `make fuzz`.
    words = ("--runs", "6000", "--seconds", "60", "--seed", "1")

    done = run("-m", "tests.fuzz", *words, "--folder", tmp_path)

    assert done.returncode == 0, done.stderr[-4000:]
    assert "DONE" in done.stderr
    assert list(tmp_path.glob("broke-*")) == []


def test_a_claim_that_does_not_hold_is_found_kept_and_broken_again(tmp_path: Path) -> None:
    found = run("-c", BROKEN, tmp_path)
    (kept,) = tmp_path.glob("broke-*")

    again = run("-c", BROKEN, tmp_path, kept)

    assert found.returncode != 0
    assert kept.read_bytes()[3:7] == b"OKAY"
    assert again.returncode != 0
    assert "nothing_is_stored" in again.stdout


def test_a_claim_that_takes_far_too_much_memory_is_broken(tmp_path: Path) -> None:
    done = run("-c", GREEDY, tmp_path)

    assert done.returncode != 0
    assert "MemoryError" in done.stdout + done.stderr

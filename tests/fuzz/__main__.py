"""Look for bytes that break a claim, until time is over: `python -m tests.fuzz --seconds 600`.

What runs through something new is kept in a folder, and so is what breaks a claim; `--replay` tries
one such file again.
"""

import argparse
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import atheris

# What is imported here is watched; what checks it is not.
with atheris.instrument_imports(
    include=["sideload.protocols", "sideload.measure", "sideload.transports._adb"],
    enable_loader_override=False,
):
    from sideload.measure import lines
    from sideload.protocols.adb import answers, server
    from sideload.transports._adb import connecting

from tests.fuzz import hostile, seeds
from tests.fuzz.claims import CLAIMS, Claim

WATCHED: Final = (lines, answers, server, connecting)
ALL: Final[Mapping[str, Claim]] = {**CLAIMS, hostile.CLAIM.__name__: hostile.CLAIM}
# Before the bytes themselves: which claim, and two places where they are torn.
HEAD: Final = 3
LONGEST_BYTES: Final = 1 << 14
# libFuzzer's own limit counts what the process that started this one once had; see `_bounded`.
LIMITS: Final = ("-rss_limit_mb=0", "-timeout=20")
MEMORY_BYTES: Final = 1 << 30


def main(arguments: Sequence[str]) -> None:
    """Fuzz, or replay; ends the process, with a code other than 0 where a claim was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="how long to look")
    parser.add_argument("--runs", type=int, default=-1, help="stop after so many; -1 for no limit")
    parser.add_argument("--seed", type=int, default=0, help="the same bytes again; 0 for others")
    parser.add_argument("--folder", type=Path, default=Path("artifacts/fuzz"), help="what is kept")
    parser.add_argument("--claim", action="append", choices=list(ALL), help="only these")
    parser.add_argument("--replay", type=Path, help="a file that broke a claim")
    given = parser.parse_args(arguments)
    wanted = {name: ALL[name] for name in given.claim or ALL}
    fuzz(
        wanted,
        folder=given.folder,
        seconds=given.seconds,
        runs=given.runs,
        seed=given.seed,
        replay=given.replay,
    )


def fuzz(
    claims: Mapping[str, Claim],
    *,
    folder: Path,
    seconds: int,
    runs: int = -1,
    seed: int = 0,
    replay: Path | None = None,
) -> None:
    """Look for bytes that break one of the claims, and end the process; see `main`."""
    names = list(claims)
    corpus = folder / "corpus"
    seeds.write(corpus, names)

    def try_one(data: bytes) -> None:
        head = [*data[:HEAD], *bytes(HEAD)][:HEAD]
        claims[names[head[0] % len(names)]](data[HEAD:], head[1:])

    looking = (
        f"-max_total_time={seconds}",
        f"-runs={runs}",
        f"-seed={seed}",
        f"-max_len={LONGEST_BYTES}",
        str(corpus),
    )
    _bounded()
    what = (str(replay),) if replay is not None else looking
    atheris.Setup([sys.argv[0], *LIMITS, f"-artifact_prefix={folder}/broke-", *what], try_one)
    atheris.Fuzz()


def _bounded() -> None:
    """Let a claim that takes far too much memory fail: what it asks for is not there."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit_bytes = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


if __name__ == "__main__":
    main(sys.argv[1:])

"""What happens on this host in the middle of a run: people, killers, and disks that are full.

Two runs at once are in `tests/road/test_trouble.py` and `tests/stages/test_lock.py`; an adb server
that dies or is another one after a while is in `tests/transports/server/test_ended.py`.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sideload.simulated import RunningPhone, Simulator
from tests.devices.faults import bench
from tests.devices.faults.bench import LARGE_BYTES, ROOT, Bench
from tests.requires import require

WITHIN_S = 60
CHILD = (sys.executable, "-m", "tests.devices.faults.child")
COMMAND_LINE = (sys.executable, "-c", "from sideload.cli import main; main()")
# Bytes sent so far, from nothing to nearly all.
MOMENTS = (0, 200_000, 4_000_000, LARGE_BYTES)


@pytest.fixture
def tried(phone: RunningPhone, folder: Path) -> Bench:
    shutil.rmtree(phone.root / ROOT.lstrip("/"), ignore_errors=True)
    return Bench(phone=phone, folder=folder)


@pytest.fixture
def slow(phone: RunningPhone, simulator: Simulator) -> Iterator[None]:
    """Half a second for the large file, so that its middle can be met."""
    with simulator.faulty(phone, "slow=16000000"):
        yield


def start(tried: Bench, act: str, *, folder: Path | None = None) -> "subprocess.Popen[str]":
    words = (tried.phone.address, str(tried.phone.root), str(folder or tried.folder), act)
    return subprocess.Popen([*CHILD, *words], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.usefixtures("slow")
def test_a_run_that_is_ended_at_any_moment_leaves_nothing_half_written(
    tried: Bench, moment: int, number: signal.Signals
) -> None:
    tried.payload()
    child = start(tried, "deploy")
    assert child.stdout is not None
    for line in child.stdout:
        if not line.strip().isdigit() or int(line) >= moment:
            break
    child.send_signal(number)
    child.communicate(timeout=WITHIN_S)

    assert child.returncode != 0
    assert bench.problems(tried) == []
    bench.deploy(tried)
    assert bench.problems(tried) == []
    assert bench.is_deployed(tried)


@pytest.mark.usefixtures("slow")
def test_a_run_after_one_that_was_killed_does_not_send_everything_again(tried: Bench) -> None:
    tried.payload()
    child = start(tried, "deploy")
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip().isdigit() and int(line) >= 6_000_000:
            break
    child.kill()
    child.communicate(timeout=WITHIN_S)
    again = start(tried, "deploy")
    said, _ = again.communicate(timeout=WITHIN_S)

    (pushed_bytes,) = (int(n) for n in re.findall(r"^pushed (\d+)$", said, re.MULTILINE))
    assert again.returncode == 0, said
    assert pushed_bytes < LARGE_BYTES - 2_000_000


def test_a_host_disk_that_takes_no_more_says_so_and_keeps_no_half_of_a_file(
    tried: Bench, tmp_path: Path
) -> None:
    bench.pull(tried)
    words = (tried.phone.address, str(tried.phone.root), str(tmp_path), "pull")
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 200; exec "$@"', "sh", *CHILD, *words],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout.startswith("HostFileError: ")
    assert "File too large" in done.stdout
    assert "try: " in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_host_disk_that_is_full_says_so_and_keeps_no_half_of_a_file(
    tried: Bench, tmp_path: Path
) -> None:
    mounted = f'mount -t tmpfs -o size=1m none {tmp_path} && exec "$@" && ls -A {tmp_path}'
    in_namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    possible = (
        shutil.which("unshare") is not None
        and not subprocess.run(
            [*in_namespace, mounted, "sh", "true"], capture_output=True, check=False
        ).returncode
    )
    require(possible, "unshare may not mount here: allow unprivileged user namespaces")
    bench.pull(tried)
    # Its exit code is looked at by the shell, after what it has left.
    listing = (
        f'mount -t tmpfs -o size=1m none {tmp_path}; "$@"; code=$?; ls -A {tmp_path}; exit $code'
    )
    words = (tried.phone.address, str(tried.phone.root), str(tmp_path), "pull")
    done = subprocess.run(
        [*in_namespace, listing, "sh", *CHILD, *words],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )

    assert done.returncode == 2, done.stderr
    assert "HostFileError: " in done.stdout
    assert "No space left on device" in done.stdout
    assert "try: " in done.stdout
    assert len(done.stdout.splitlines()) == 2  # the error and its remedy: nothing is left to list


@pytest.mark.parametrize("words", [("simulate", "--fault", "help"), ("doctor", "--json")])
def test_an_output_that_takes_nothing_is_said_in_one_sentence(words: tuple[str, ...]) -> None:
    full = Path("/dev/full")
    require(full.exists(), "this system has no /dev/full")
    with full.open("w") as out:
        done = subprocess.run(
            [*COMMAND_LINE, *words],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ},
            timeout=WITHIN_S,
            check=False,
        )

    assert done.returncode == 2
    assert "No space left on device\n  try: free some space" in done.stderr
    assert "Traceback" not in done.stderr

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sideload.errors import BusyError, DeviceBusyError, HostFileError
from sideload.host import locks

HOLD = """
import pathlib, sys
from sideload.host import locks
with locks.held(sys.argv[2], folder=pathlib.Path(sys.argv[1]), wait_s=30, doing="a long export"):
    print("held", flush=True)
    sys.stdin.read()
"""
Holder = subprocess.Popen[str]


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Callable[[str], Holder]]:
    """Start a process that holds a lock until its stdin is closed."""
    with ExitStack() as stack:

        def start(name: str) -> Holder:
            argv = [sys.executable, "-c", HOLD, str(tmp_path), name]
            child = stack.enter_context(
                subprocess.Popen(argv, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
            stack.callback(child.kill)
            return child

        yield start


def wait_until_held(child: Holder) -> None:
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"


def let_go(child: Holder) -> None:
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=30) == 0


def take(folder: Path, name: str, wait_s: float = 0.0) -> None:
    with locks.held(name, folder=folder, wait_s=wait_s, doing="testing"):
        pass


def test_the_second_run_is_told_who_holds_it_and_since_when(
    tmp_path: Path, hold: Callable[[str], Holder], capsys: pytest.CaptureFixture[str]
) -> None:
    child = hold("phone")
    wait_until_held(child)

    with pytest.raises(BusyError) as caught:
        take(tmp_path, "phone", wait_s=0.1)

    assert f"process {child.pid} (a long export, since 2" in caught.value.problem
    assert capsys.readouterr().err.count(f"waiting for phone: process {child.pid}") == 1
    assert caught.value.exit_code == 2


def test_the_second_run_goes_on_when_the_first_ends(
    tmp_path: Path, hold: Callable[[str], Holder]
) -> None:
    first = hold("phone")
    wait_until_held(first)
    second = hold("phone")
    let_go(first)
    wait_until_held(second)
    let_go(second)

    take(tmp_path, "phone")


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_holder_that_was_killed_holds_nothing(
    tmp_path: Path, hold: Callable[[str], Holder], death: signal.Signals
) -> None:
    child = hold("phone")
    wait_until_held(child)
    child.send_signal(death)
    child.wait(timeout=30)

    take(tmp_path, "phone")


def test_a_child_of_a_dead_holder_does_not_inherit_the_lock(tmp_path: Path) -> None:
    code = HOLD.replace('print("held", flush=True)', "import os, subprocess").replace(
        "sys.stdin.read()",
        "child = subprocess.Popen(['sleep', '30'], stdout=subprocess.DEVNULL)\n"
        "    print(child.pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)",
    )
    argv = [sys.executable, "-c", code, str(tmp_path), "phone"]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, timeout=30, check=False)

    take(tmp_path, "phone")
    subprocess.run(["kill", done.stdout.strip()], check=True)


def test_other_names_are_not_held(tmp_path: Path, hold: Callable[[str], Holder]) -> None:
    wait_until_held(hold("one"))

    take(tmp_path, "two")


@pytest.mark.parametrize(
    "name", ["", "../../escape", "a/b", "127.0.0.1:5555", "größe", "a" * 1000, "\0", "\ud800"]
)
def test_any_text_is_a_name_and_stays_in_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "locks"

    take(folder, name)

    assert [path.name for path in tmp_path.iterdir()] == ["locks"]
    assert len(list(folder.iterdir())) == 1


def test_names_that_look_alike_are_different_locks(tmp_path: Path) -> None:
    with locks.held("a:b", folder=tmp_path, wait_s=0, doing="testing"):
        take(tmp_path, "a/b")


@pytest.mark.parametrize("content", ["", "[]", "null", '{"pid": 1}', "[" * 9_000, "x" * 20_000])
def test_a_broken_note_of_the_holder_says_another_run(
    tmp_path: Path, hold: Callable[[str], Holder], content: str
) -> None:
    wait_until_held(hold("phone"))
    (note,) = tmp_path.glob("*.holder")
    note.write_text(content)

    with pytest.raises(BusyError, match="another run holds it"):
        take(tmp_path, "phone")


def test_a_phones_lock_has_its_own_error(tmp_path: Path, hold: Callable[[str], Holder]) -> None:
    wait_until_held(hold("phone"))

    with (
        pytest.raises(DeviceBusyError),
        locks.held("phone", folder=tmp_path, wait_s=0, doing="", refusal=DeviceBusyError),
    ):
        pass


def test_an_interrupt_inside_lets_go(tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        locks.held("phone", folder=tmp_path, wait_s=0, doing="testing"),
    ):
        raise KeyboardInterrupt

    take(tmp_path, "phone")
    assert list(tmp_path.glob("*.holder")) == []


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(HostFileError, match="cannot create"):
        take(tmp_path / "file" / "locks", "phone")
    take(tmp_path, "phone")
    (lock,) = tmp_path.glob("*.lock")
    lock.unlink()
    lock.mkdir()
    with pytest.raises(HostFileError, match="cannot lock"):
        take(tmp_path, "phone")

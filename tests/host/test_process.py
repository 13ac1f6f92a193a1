import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sideload.errors import MissingToolError, ToolFailedError
from sideload.host import process

PYTHON = sys.executable
CURE = "apt install it"


def python(code: str, **settings: object) -> process.Finished:
    return process.run(
        [PYTHON, "-c", code],
        timeout_s=30,
        remedy=CURE,
        **settings,  # type: ignore[arg-type]
    )


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and not only its exit code."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def test_what_a_program_says_is_kept_apart_and_raw() -> None:
    done = python("import os; os.write(1, b'\\xff\\n'); os.write(2, b'no\\0')")

    assert done == process.Finished(exit_code=0, stdout=b"\xff\n", stderr=b"no\0")


def test_it_reads_what_it_is_given_and_then_the_end(tmp_path: Path) -> None:
    code = "import os, sys; print(sys.stdin.read() + os.environ['COLOUR'] + os.getcwd())"

    done = python(code, stdin=b"in ", env={"COLOUR": "red "}, cwd=tmp_path)

    assert done.stdout.decode() == f"in red {tmp_path}\n"
    assert python("import sys; print(len(sys.stdin.read()))").stdout == b"0\n"


def test_arguments_never_meet_a_shell(tmp_path: Path) -> None:
    hostile = "$(touch x); `touch x` 'a' \"b\" \n ../x"

    done = process.run(
        [Path(PYTHON), "-c", "import sys; print(sys.argv[1])", hostile],
        timeout_s=30,
        remedy=CURE,
        cwd=tmp_path,
    )

    assert done.stdout.decode() == hostile + "\n"
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_says_no_is_an_error_with_its_own_words() -> None:
    with pytest.raises(ToolFailedError, match="no room") as caught:
        python("import sys; sys.exit('no room')")

    assert caught.value.remedy == CURE
    assert caught.value.argv[0] == PYTHON


def test_no_can_be_an_answer() -> None:
    assert python("import sys; sys.exit(3)", check=False).exit_code == 3


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; print('on stdout'); sys.exit(1)", "on stdout"),
        ("import sys; sys.exit(7)", "exit code 7, without a word"),
        ("import os; os.kill(os.getpid(), 11)", "SIGSEGV"),
    ],
)
def test_a_failure_always_says_something(code: str, said: str) -> None:
    with pytest.raises(ToolFailedError, match=said):
        python(code)


def test_a_program_that_is_missing_comes_with_the_way_to_get_it() -> None:
    with pytest.raises(MissingToolError, match="no-such-tool is not installed") as caught:
        process.run(["no-such-tool"], timeout_s=1, remedy=CURE)

    assert caught.value.remedy == CURE
    assert caught.value.exit_code == 4


def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(ToolFailedError, match="there is no folder"):
        python("", cwd=tmp_path / "missing")


def test_a_file_that_is_no_program_is_explained(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nonsense")
    with pytest.raises(ToolFailedError, match="cannot be started"):
        process.run([broken], timeout_s=1, remedy=CURE)
    broken.chmod(0o755)
    with pytest.raises(ToolFailedError, match="cannot be started"):
        process.run([broken], timeout_s=1, remedy=CURE)
    with pytest.raises(ToolFailedError, match="null byte"):
        process.run([PYTHON, "\0"], timeout_s=1, remedy=CURE)


def test_a_program_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    code = (
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))\n"
        "print('working', flush=True); time.sleep(60)"
    )
    started = time.monotonic()

    with pytest.raises(ToolFailedError, match=r"no end after 1 s\nworking"):
        process.run([PYTHON, "-c", code], timeout_s=1, remedy=CURE)

    assert time.monotonic() - started < 10
    assert wait_until_gone(int((tmp_path / "pid").read_text()))


def test_a_grandchild_that_keeps_the_pipes_does_not_hold_us_up() -> None:
    code = (
        "import subprocess, time\n"
        "child = subprocess.Popen(['sleep', '20'], start_new_session=True)\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    started = time.monotonic()

    with pytest.raises(ToolFailedError, match="no end after"):
        process.run([PYTHON, "-c", code], timeout_s=0.5, remedy=CURE)

    assert time.monotonic() - started < 15


def test_ctrl_c_takes_the_program_along(tmp_path: Path) -> None:
    inner = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); "
    inner += f"os.rename({str(tmp_path / 'pid')!r}, {str(tmp_path / 'ready')!r}); time.sleep(60)"
    outer = (
        "import sys; from sideload.host import process\n"
        "process.run([sys.executable, '-c', sys.argv[1]], timeout_s=60, remedy='none')"
    )
    argv = [PYTHON, "-c", outer, inner]
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as child:
        deadline = time.monotonic() + 20
        while not (tmp_path / "ready").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(child.pid, signal.SIGINT)

    assert child.returncode != 0
    assert wait_until_gone(int((tmp_path / "ready").read_text()))


def test_programs_are_found_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho from $1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert process.find("tool") == tool
    assert process.find("no-such-tool") is None
    assert process.run(["tool", "here"], timeout_s=5, remedy=CURE).stdout == b"from here\n"

"""Commands: how they end, what goes in, what comes out, and what happens meanwhile."""

import hashlib
import os
import shlex
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sideload.errors import DeviceGoneError, ProtocolError
from sideload.transports._adb.connection import AdbConnection
from tests.devices.conformance.subjects import Subject

MEGABYTES = 5_000_000
# Waits for a file, so that a test decides how long a command runs.
WAIT = "while [ ! -e {0} ]; do sleep 0.02; done"


@pytest.mark.parametrize("code", [0, 1, 7, 126, 255])
def test_a_command_ends_with_its_exit_code(connection: AdbConnection, code: int) -> None:
    assert connection.run(f"exit {code}").exit_code == code


def test_a_signal_counts_from_128(connection: AdbConnection) -> None:
    assert connection.run("sh -c 'kill -9 $$'").exit_code == 137


def test_a_shell_that_is_killed_is_no_success(subject: Subject, connection: AdbConnection) -> None:
    if subject.is_old:
        # Its exit code was to come from the shell.
        with pytest.raises(DeviceGoneError, match="without saying how it went"):
            connection.run("kill -9 $PPID; kill -9 $$")
    else:
        assert connection.run("kill -9 $$").exit_code == 137


def test_output_and_errors_arrive_apart_where_the_phone_can_tell(
    subject: Subject, connection: AdbConnection
) -> None:
    done = connection.run("echo out; echo err >&2")

    assert (done.stdout, done.stderr) == (
        (b"out\nerr\n", b"") if subject.is_old else (b"out\n", b"err\n")
    )


def test_a_program_that_is_not_there_says_so(connection: AdbConnection) -> None:
    done = connection.run("no-such-program 2>&1")

    assert done.exit_code == 127
    assert b"no-such-program" in done.stdout


def test_what_is_no_command_fails_and_the_next_one_does_not(connection: AdbConnection) -> None:
    assert connection.run("if then (").exit_code != 0
    assert connection.run("echo well").stdout == b"well\n"


def test_a_command_has_no_terminal_where_the_phone_can_do_without(
    subject: Subject, connection: AdbConnection
) -> None:
    done = connection.run("[ -t 0 ] || [ -t 1 ]")

    # adbd ends an older command by hanging up its terminal, so that one always has one.
    assert done.exit_code == 1 or subject.is_old


def test_a_command_sees_the_phones_folders_from_above(
    subject: Subject, connection: AdbConnection
) -> None:
    assert connection.run("pwd").stdout == b"/\n"
    assert connection.run(f"cd {subject.tmp} && pwd").stdout.decode() == f"{subject.tmp}\n"


@pytest.mark.parametrize(
    "text",
    ["plain", "two  blanks", "it's", 'a "quote"', "名前 é", "$HOME", "a;b&c|d", "back\\slash"],
)
def test_words_reach_the_shell_as_they_are(connection: AdbConnection, text: str) -> None:
    quoted = text.replace("'", "'\\''")

    assert connection.run(f"printf %s '{quoted}'").stdout == text.encode()


def test_a_command_may_have_many_lines(connection: AdbConnection) -> None:
    assert connection.run("for i in 1 2\ndo\n  echo $i\ndone\n").stdout == b"1\n2\n"


def test_a_long_command_is_no_trouble(connection: AdbConnection) -> None:
    assert connection.run(f"echo {'x' * 60_000} | wc -c").stdout.strip() == b"60001"


@pytest.mark.parametrize("size_bytes", [1, 65_535, 65_536, (1 << 20) + 1, MEGABYTES])
def test_input_of_any_size_arrives_whole_and_ends(
    connection: AdbConnection, size_bytes: int
) -> None:
    data = os.urandom(size_bytes)

    done = connection.run("sha256sum", stdin=data)

    assert done.stdout.split()[0].decode() == hashlib.sha256(data).hexdigest()


def test_any_bytes_go_in_and_come_out_unchanged(connection: AdbConnection) -> None:
    data = bytes(range(256)) * (MEGABYTES // 256)

    assert connection.run("cat", stdin=data).stdout == data


def test_a_command_without_input_sees_its_end_at_once(connection: AdbConnection) -> None:
    assert connection.run("cat; echo end").stdout == b"end\n"


def test_a_command_that_reads_no_input_ends_all_the_same(connection: AdbConnection) -> None:
    assert connection.run("exit 3", stdin=bytes(8 << 20)).exit_code == 3


def test_a_command_that_closes_its_input_goes_on(connection: AdbConnection) -> None:
    done = connection.run("exec <&-; sleep 0.1; echo on", stdin=bytes(8 << 20))

    assert (done.exit_code, done.stdout) == (0, b"on\n")


def test_large_output_arrives_whole(connection: AdbConnection) -> None:
    data = hashlib.sha256(b"0" * 20_000_000).hexdigest()

    done = connection.run("head -c 20000000 /dev/zero | tr '\\0' 0")

    assert hashlib.sha256(done.stdout).hexdigest() == data


def test_errors_may_be_as_many_as_output(subject: Subject, connection: AdbConnection) -> None:
    zeros = "head -c 2000000 /dev/zero | tr '\\0'"

    done = connection.run(f"({zeros} o) & ({zeros} e) >&2; wait")

    assert done.stdout.count(b"o") == 2_000_000
    assert (done.stdout if subject.is_old else done.stderr).count(b"e") == 2_000_000


def test_endless_output_is_stopped(connection: AdbConnection) -> None:
    with pytest.raises(ProtocolError, match="more than 64 MiB"):
        connection.run("cat /dev/zero")

    assert connection.run("echo again").stdout == b"again\n"


def test_output_is_heard_while_the_command_runs(
    subject: Subject, connection: AdbConnection, folder: str
) -> None:
    heard: list[bytes] = []

    def hear(piece: bytes) -> None:
        heard.append(piece)
        subject.on_host(f"{folder}/heard").touch()

    # Long enough for what is held back behind the exit code of an old phone.
    said = "ready" + "." * 64
    done = connection.run(
        f"echo {said}; {WAIT.format(f'{folder}/heard')}; echo done", on_stdout=hear
    )

    assert said.startswith(heard[0].decode().strip())
    assert b"".join(heard) == done.stdout == f"{said}\ndone\n".encode()


def test_what_raises_while_hearing_ends_the_command(connection: AdbConnection) -> None:
    def hear(piece: bytes) -> None:
        raise KeyboardInterrupt(piece)

    with pytest.raises(KeyboardInterrupt):
        connection.run(f"echo {'a' * 64}; sleep 60", on_stdout=hear)

    assert connection.run("echo again").stdout == b"again\n"


def test_a_silent_command_is_given_up(connection: AdbConnection) -> None:
    with pytest.raises(DeviceGoneError, match=r"nothing for 0\.3 s"):
        connection.run("sleep 60", timeout_s=0.3)

    assert connection.run("echo again").stdout == b"again\n"


def test_what_was_given_up_is_ended_on_the_phone(connection: AdbConnection, folder: str) -> None:
    with pytest.raises(DeviceGoneError):
        connection.run(f"echo $$ >{folder}/pid; exec sleep 60", timeout_s=0.3)

    gone = f"n=$(cat {folder}/pid); while kill -0 $n 2>/dev/null; do sleep 0.02; done"
    assert connection.run(gone).exit_code == 0


def test_a_command_that_keeps_talking_is_not_given_up(connection: AdbConnection) -> None:
    said = "." * 64

    done = connection.run(f"for i in 1 2 3 4; do sleep 0.15; echo {said}; done", timeout_s=0.45)

    assert done.stdout == f"{said}\n".encode() * 4


def test_what_a_command_leaves_behind_does_not_hold_it_up(
    connection: AdbConnection, folder: str
) -> None:
    # An old phone hangs up on everything that a command has started.
    ready, go = f"{folder}/ready", f"{folder}/go"
    later = f"trap '' HUP; touch {ready}; {WAIT.format(go)}; echo later >{folder}/later"
    # In a program of its own: a phone's shell keeps what it redirects open for parts of itself.
    left = f"sh -c {shlex.quote(later)} </dev/null >/dev/null 2>&1 & {WAIT.format(ready)}; echo now"

    assert connection.run(left).stdout == b"now\n"
    connection.run(f"touch {go}; {WAIT.format(f'{folder}/later')}")
    assert connection.run(f"cat {folder}/later").stdout == b"later\n"


def test_a_silent_command_does_not_hold_up_another(
    subject: Subject, connection: AdbConnection, folder: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        silent = pool.submit(connection.run, f"{WAIT.format(f'{folder}/go')}; echo silent")
        quick = [connection.run(f"echo {number}").stdout for number in range(10)]
        is_running = not silent.done()
        subject.on_host(f"{folder}/go").touch()

        assert silent.result().stdout == b"silent\n"
    assert quick == [f"{number}\n".encode() for number in range(10)]
    assert is_running


def test_many_threads_share_one_connection(connection: AdbConnection) -> None:
    barrier = threading.Barrier(6)

    def talk(number: int) -> bool:
        barrier.wait()
        data = bytes([number]) * 700_000
        return all(connection.run("cat", stdin=data).stdout == data for _ in range(2))

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(talk, range(6)))


def test_a_hundred_commands_one_after_the_other_leave_nothing_behind(
    connection: AdbConnection,
) -> None:
    before = _descriptors()

    said = [connection.run(f"echo {number}").stdout for number in range(100)]

    assert said == [f"{number}\n".encode() for number in range(100)]
    assert _descriptors() == before


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))

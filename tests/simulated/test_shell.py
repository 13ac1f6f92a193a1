"""Commands: their input, output, errors, exit code, and their end."""

import hashlib
import time

import pytest

from sideload.protocols.adb import packets, shell
from sideload.simulated import RunningPhone
from tests.simulated.client import WITH_DELAYED_ACK, Client
from tests.simulated.conftest import Connect

DEADLINE_S = 10.0
PATIENCE_S = 0.01


@pytest.mark.parametrize("code", [0, 1, 7, 126, 127, 255])
def test_the_exit_code_is_the_commands(code: int, client: Client) -> None:
    assert client.run(f"exit {code}").code == code


def test_a_signal_counts_from_128(client: Client) -> None:
    assert client.run("kill -KILL $$").code == 137


def test_errors_arrive_apart_from_output(client: Client) -> None:
    answer = client.run("echo out; echo err >&2")

    assert (answer.out, answer.err) == (b"out\n", b"err\n")


def test_errors_arrive_with_the_output_where_there_is_no_frame_for_them(client: Client) -> None:
    assert client.exec("echo err >&2") == b"err\n"
    assert client.open("shell:echo err >&2").rest() == b"err\n"


def test_input_arrives_and_ends(client: Client) -> None:
    assert client.run("wc -c", b"x" * 200_000).out.strip() == b"200000"
    assert client.run("cat", bytes(range(256))).out == bytes(range(256))
    assert client.run("cat").out == b""


def test_input_that_nobody_reads_holds_nothing_up(client: Client) -> None:
    answer = client.run("exec 0<&-; echo done; exit 3", b"x" * 1_000_000)

    assert (answer.code, answer.out) == (3, b"done\n")


@pytest.mark.parametrize("features", [(), WITH_DELAYED_ACK])
def test_a_large_output_arrives_whole(
    features: tuple[str, ...], phone: RunningPhone, connect: Connect
) -> None:
    client = connect(phone, features)
    expected = hashlib.sha256(bytes(20_000_000)).hexdigest()

    assert hashlib.sha256(client.exec("head -c 20000000 /dev/zero")).hexdigest() == expected


def test_input_and_output_may_flow_at_the_same_time(client: Client) -> None:
    block = bytes(range(256)) * 16_384

    assert client.run("cat", block).out == block


def test_output_arrives_while_the_command_runs(client: Client) -> None:
    stream = client.open("shell,v2,raw:echo first; read line; echo $line")
    assert stream.exactly(5 + 6)[5:] == b"first\n"
    stream.write(shell.frame(shell.STDIN, b"second\n"))

    assert stream.exactly(5 + 7)[5:] == b"second\n"


@pytest.mark.parametrize("service", ["shell,v2,raw", "exec", "shell"])
def test_a_command_ends_with_its_stream(service: str, client: Client) -> None:
    stream = client.open(f"{service}:echo $$; sleep 1000; echo never")
    stream.exactly(5 if "v2" in service else 0)
    number = int(stream.line())
    stream.close()

    _until_gone(client, number)


def test_a_command_ends_with_its_connection(phone: RunningPhone, connect: Connect) -> None:
    going, staying = connect(phone), connect(phone)
    number = int(going.open("exec:echo $$; sleep 1000").line())
    going.close()

    _until_gone(staying, number)


def test_what_a_closed_stream_had_sent_is_stored(client: Client) -> None:
    stream = client.open("exec:cat > /data/local/tmp/stored")
    stream.write(b"x" * 500_000)
    stream.close()

    deadline = time.monotonic() + DEADLINE_S
    while client.run("wc -c < /data/local/tmp/stored").out.strip() != b"500000":
        assert time.monotonic() < deadline
        time.sleep(PATIENCE_S)


def test_window_sizes_are_not_input(client: Client) -> None:
    stream = client.open("shell,v2,raw:cat")
    stream.write(shell.frame(shell.WINDOW_SIZE, b"24x80,0x0"))
    stream.write(shell.frame(shell.STDIN, b"input"))
    stream.write(shell.frame(shell.CLOSE_STDIN))

    assert stream.rest().startswith(shell.frame(shell.STDOUT, b"input"))


def test_a_shell_without_a_command_takes_commands_from_its_input(client: Client) -> None:
    script = (
        b"cd /data/local/tmp\necho text > /data/local/tmp/f\ncat /data/local/tmp/f; pwd\nexit 5"
    )
    answer = client.run("", script)

    assert (answer.code, answer.out) == (5, b"text\n/data/local/tmp\n")


def test_a_path_that_input_tears_is_still_one_path(client: Client) -> None:
    stream = client.open("shell,v2,raw:")
    for piece in (b"cd /da", b"ta/local/t", b"mp; pwd\n", b"exit\n"):
        stream.write(shell.frame(shell.STDIN, piece))

    assert stream.exactly(5 + 16)[5:] == b"/data/local/tmp\n"


def test_a_command_that_is_too_long_is_told_so(client: Client) -> None:
    answer = client.run("echo " + "x" * 200_000)

    assert (answer.code, answer.err) == (126, b"/system/bin/sh: Argument list too long\n")


def test_a_program_that_is_not_there_is_told_so(client: Client) -> None:
    answer = client.run("apt-get update")

    assert answer.code == 127
    assert b"not found" in answer.err


def test_variables_of_the_host_stay_there(client: Client) -> None:
    shown = client.run("exec env").out.decode()
    names = {line.split("=")[0] for line in shown.splitlines()} - {"_"}

    assert names == {
        "ANDROID_DATA",
        "ANDROID_ROOT",
        "EXTERNAL_STORAGE",
        "HOME",
        "LC_ALL",
        "LOGNAME",
        "PATH",
        "PWD",
        "SHELL",
        "TERM",
        "TMPDIR",
        "USER",
    }


def test_many_commands_run_side_by_side_on_one_connection(client: Client) -> None:
    for number in range(1, 31):
        client.send(packets.OPEN, number, 0, f"exec:echo {number}; sleep 0.2\0".encode())
    said: dict[int, bytes] = {}
    closed: set[int] = set()
    while len(closed) < 30:
        header, payload = client.receive()
        said[header.arg1] = said.get(header.arg1, b"") + payload
        if header.command == packets.WRTE:
            client.send(packets.OKAY, header.arg1, header.arg0)
        if header.command == packets.CLSE:
            closed.add(header.arg1)

    assert said == {number: f"{number}\n".encode() for number in range(1, 31)}


def test_nothing_of_the_host_is_named_in_what_is_printed(
    client: Client, phone: RunningPhone
) -> None:
    script = "cd /data/local/tmp; pwd; pwd -P; echo $PWD $HOME; readlink -f .; ls /data/nothing"
    answer = client.run(f"{script}; cd /data/nothing")

    assert str(phone.root).encode() not in answer.out + answer.err
    assert answer.out == b"/data/local/tmp\n/data/local/tmp\n/data/local/tmp /\n/data/local/tmp\n"
    assert b"'/data/nothing'" in answer.err or b"/data/nothing:" in answer.err


def _until_gone(client: Client, number: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while client.run(f"kill -0 {number}").code == 0:
        assert time.monotonic() < deadline
        time.sleep(PATIENCE_S)

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from sideload.errors import DeviceGoneError, ProtocolError
from sideload.simulated import RunningPhone
from sideload.transports._adb.connection import AdbConnection
from tests.transports.conftest import ROOT, on_host, opened

# Waits for a file, so that a test decides how long a command runs.
WAIT = f"while [ ! -e {ROOT}/{{0}} ]; do sleep 0.02; done"


def test_exit_code_and_both_outputs_arrive_apart(connection: AdbConnection) -> None:
    done = connection.run("echo out; echo err >&2; exit 7")

    assert (done.exit_code, done.stdout, done.stderr) == (7, b"out\n", b"err\n")


def test_a_signal_counts_from_128(connection: AdbConnection) -> None:
    assert connection.run("kill -9 $$").exit_code == 137


def test_a_command_that_is_not_there_says_so(connection: AdbConnection) -> None:
    done = connection.run("no-such-program")

    assert done.exit_code == 127
    assert b"no-such-program" in done.stderr


def test_any_bytes_go_in_and_come_out_unchanged(connection: AdbConnection) -> None:
    data = bytes(range(256)) * 20_000

    assert connection.run("cat", stdin=data).stdout == data


def test_a_command_that_reads_no_input_ends_all_the_same(connection: AdbConnection) -> None:
    done = connection.run("exit 3", stdin=bytes(40 << 20))

    assert done.exit_code == 3


def test_output_is_heard_while_the_command_runs(
    phone: RunningPhone, connection: AdbConnection
) -> None:
    go = on_host(phone, f"{ROOT}/heard")
    heard: list[bytes] = []

    def hear(piece: bytes) -> None:
        heard.append(piece)
        go.touch()

    done = connection.run(f"echo ready; {WAIT.format('heard')}; echo done", on_stdout=hear)

    assert heard[0] == b"ready\n"
    assert b"".join(heard) == done.stdout == b"ready\ndone\n"


def test_a_silent_command_is_given_up_and_ended_on_the_phone(
    phone: RunningPhone, connection: AdbConnection
) -> None:
    with pytest.raises(DeviceGoneError, match=r"nothing for 0\.3 s"):
        connection.run(f"echo $$ >{ROOT}/pid; sleep 60", timeout_s=0.3)

    number = on_host(phone, f"{ROOT}/pid").read_text().strip()
    ended = connection.run(f"while kill -0 {number} 2>/dev/null; do sleep 0.02; done")
    assert ended.exit_code == 0


def test_a_command_that_keeps_talking_is_not_given_up(connection: AdbConnection) -> None:
    done = connection.run("for i in 1 2 3 4 5 6; do sleep 0.2; echo $i; done", timeout_s=1.0)

    assert done.stdout == b"1\n2\n3\n4\n5\n6\n"


def test_what_raises_while_hearing_ends_the_command(connection: AdbConnection) -> None:
    def hear(piece: bytes) -> None:
        raise KeyboardInterrupt(piece)

    with pytest.raises(KeyboardInterrupt):
        connection.run("echo a; sleep 60", on_stdout=hear)

    assert connection.run("echo again").stdout == b"again\n"


def test_endless_output_is_stopped(connection: AdbConnection) -> None:
    with pytest.raises(ProtocolError, match="more than 64 MiB"):
        connection.run("cat /dev/zero")

    assert connection.run("echo again").stdout == b"again\n"


def test_a_silent_command_does_not_hold_up_another(
    phone: RunningPhone, connection: AdbConnection
) -> None:
    with ThreadPoolExecutor(1) as pool:
        silent = pool.submit(connection.run, f"{WAIT.format('other')}; echo silent")
        quick = [connection.run(f"echo {number}").stdout for number in range(20)]
        is_running = not silent.done()
        on_host(phone, f"{ROOT}/other").touch()

        assert silent.result().stdout == b"silent\n"
    assert quick == [f"{number}\n".encode() for number in range(20)]
    assert is_running


def test_many_threads_share_one_connection(connection: AdbConnection) -> None:
    barrier = threading.Barrier(8)

    def talk(number: int) -> bool:
        barrier.wait()
        data = bytes([number]) * 700_000
        return all(connection.run("cat", stdin=data).stdout == data for _ in range(3))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(talk, range(8)))


def test_a_closed_connection_fails_in_words(phone: RunningPhone) -> None:
    with opened(phone) as connection:
        connection.close()

        with pytest.raises(DeviceGoneError, match="is closed"):
            connection.run("true")


def test_whoever_waits_hears_that_the_connection_was_closed(phone: RunningPhone) -> None:
    with opened(phone) as connection, ThreadPoolExecutor(1) as pool:
        started = threading.Event()
        waiting = pool.submit(
            connection.run, "echo started; sleep 60", on_stdout=lambda _: started.set()
        )
        started.wait()
        connection.close()

        with pytest.raises(DeviceGoneError):
            waiting.result()


def test_a_phone_that_reboots_is_gone_and_can_be_reached_again(
    faulty: Callable[..., RunningPhone],
) -> None:
    phone = faulty("reboot-after=200000")

    with opened(phone) as connection, pytest.raises(DeviceGoneError):
        connection.run("cat >/dev/null; sleep 60", stdin=bytes(400_000))

    reached = _again(phone)
    assert reached == b"up\n"


def _again(phone: RunningPhone) -> bytes:
    for _ in range(100):
        try:
            with opened(phone, timeout_s=1.0) as connection:
                return connection.run("echo up").stdout
        except Exception:  # noqa: BLE001 - it starts up, in its own time
            threading.Event().wait(0.05)
    return b""


def test_a_command_with_a_nul_byte_is_refused(connection: AdbConnection) -> None:
    with pytest.raises(ProtocolError, match="NUL"):
        connection.run("echo a\0b")


def test_an_old_phone_gives_exit_codes_too(old_connection: AdbConnection) -> None:
    done = old_connection.run("echo out; echo err >&2; exit 7")

    assert (done.exit_code, done.stdout, done.stderr) == (7, b"out\nerr\n", b"")


@pytest.mark.parametrize("command", ["true", "printf 'no line end'", "if", "exit 255", "echo '1:'"])
def test_an_old_phone_gives_them_whatever_the_command_prints(
    old_connection: AdbConnection, connection: AdbConnection, command: str
) -> None:
    old, new = old_connection.run(command), connection.run(command)

    assert old.exit_code == new.exit_code
    # Each shell calls itself differently in what it says of an error.
    assert old.stdout.replace(b"/bin/sh", b"sh") == (new.stdout + new.stderr).replace(
        b"/bin/sh", b"sh"
    )


def test_an_old_phone_takes_input_and_streams_output(old_connection: AdbConnection) -> None:
    data = bytes(range(256)) * 4_000
    heard: list[bytes] = []

    done = old_connection.run("cat", stdin=data, on_stdout=heard.append)

    assert done.stdout == b"".join(heard) == data


def test_a_phone_with_tiny_packets_does_the_same(faulty: Callable[..., RunningPhone]) -> None:
    data = bytes(range(256)) * 1_000

    with opened(faulty("max-payload=1024")) as connection:
        assert connection.run("cat", stdin=data).stdout == data
        assert connection.run("exit 9").exit_code == 9

        with pytest.raises(ProtocolError, match="cannot be sent"):
            connection.run(f"echo {'x' * 1024}")

"""How a simulated phone starts, is found, and ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sideload.errors import DeviceBusyError, HostFileError, UsageError
from sideload.simulated import RunningPhone, Simulator, pairs
from tests.simulated.client import Key, connected
from tests.simulated.conftest import Connect, Start

DEADLINE_S = 10.0
# Serves in the foreground, as `sideload simulate` does, and says when it listens.
FOREGROUND = """
import sys
from pathlib import Path
from sideload import simulated
simulated.get("android").serve(Path(sys.argv[1]), ready=lambda phone: print(phone.pid, flush=True))
"""
# Starts a phone, says where, and dies before it could end it.
CARELESS = """
import os, sys
from pathlib import Path
from sideload import simulated
with simulated.get("android").start(Path(sys.argv[1])) as phone:
    print(phone.pid, flush=True)
    sys.stdin.read()
    os._exit(9)
"""
# In a session of its own, so that it outlives its command and its connection.
BACKGROUND = "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!"


def test_a_phone_answers_for_as_long_as_its_block_runs(
    simulator: Simulator, tmp_path: Path, key: Key
) -> None:
    with simulator.start(tmp_path / "phone") as phone, connected(phone.address, key) as client:
        answer = client.run("echo here")

    assert answer.out == b"here\n"
    assert not _listens(phone.address)
    assert not _is_there(phone.pid)


def test_what_is_on_a_phone_is_there_when_it_starts_again(
    simulator: Simulator, tmp_path: Path, key: Key
) -> None:
    with simulator.start(tmp_path) as phone, connected(phone.address, key) as client:
        client.run("echo kept > /data/local/tmp/note")

    with simulator.start(tmp_path) as phone, connected(phone.address, key) as client:
        assert client.run("cat /data/local/tmp/note").out == b"kept\n"


def test_running_phones_are_listed_until_they_end(simulator: Simulator, start: Start) -> None:
    first, second = start(), start()

    assert {first, second} <= set(simulator.running())
    assert first.address != second.address
    assert first.serial != second.serial


def test_two_phones_know_nothing_of_each_other(start: Start, connect: Connect) -> None:
    first, second = connect(start()), connect(start())

    assert first.run("echo one > /data/local/tmp/name").code == 0
    assert second.run("ls /data/local/tmp").out == b""


@pytest.mark.parametrize(
    "name", ["with space", 'it\'s "quoted"', "tëlefön-電話", "$(touch x);*", "-r", "new\nline"]
)
def test_a_root_may_have_any_name(
    name: str, tmp_path: Path, start: Start, connect: Connect
) -> None:
    client = connect(start(root=tmp_path / name))

    assert client.push("/data/local/tmp/a b", b"content") == ""
    assert client.run("cd /data/local/tmp && pwd && cat '/data/local/tmp/a b'").out == (
        b"/data/local/tmp\ncontent"
    )
    assert client.run("readlink -f /data/local/tmp/nothing").out == b"/data/local/tmp/nothing\n"


def test_a_second_phone_with_the_same_files_is_told_who_has_them(
    simulator: Simulator, start: Start, tmp_path: Path
) -> None:
    phone = start(root=tmp_path / "files")

    with (
        pytest.raises(DeviceBusyError, match=phone.address) as caught,
        simulator.start(tmp_path / "files"),
    ):
        pass

    assert f"kill {phone.pid}" in caught.value.remedy


def test_a_killed_phone_holds_and_claims_nothing(simulator: Simulator, tmp_path: Path) -> None:
    with simulator.start(tmp_path) as killed:
        os.kill(killed.pid, signal.SIGKILL)
        _until_gone(killed.pid)

        assert killed not in simulator.running()
        with simulator.start(tmp_path) as phone:
            assert phone in simulator.running()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_phone_that_is_told_to_end_cleans_up(
    number: signal.Signals, simulator: Simulator, tmp_path: Path, surroundings: Path, key: Key
) -> None:
    argv = [sys.executable, "-c", FOREGROUND, str(tmp_path / "phone")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        (phone,) = (one for one in simulator.running() if one.pid == pid)
        with connected(phone.address, key) as client:
            command = int(client.open("exec:echo $$; exec sleep 1000").line())
            process.send_signal(number)
            code = process.wait(DEADLINE_S)

    assert code == 0
    assert phone not in simulator.running()
    assert not [file for file in (surroundings / "runtime").rglob("*") if _leads_to(file, phone)]
    assert not _is_there(command)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows what was started where")
def test_what_runs_in_the_background_ends_with_the_phone(
    simulator: Simulator, tmp_path: Path, key: Key
) -> None:
    with simulator.start(tmp_path) as phone, connected(phone.address, key) as client:
        number = int(client.run(BACKGROUND).out)
        assert client.run(f"kill -0 {number}").code == 0

    _until_gone(number)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows what was started where")
def test_what_a_killed_phone_left_running_ends_when_it_starts_again(
    simulator: Simulator, tmp_path: Path, key: Key
) -> None:
    with simulator.start(tmp_path) as phone, connected(phone.address, key) as client:
        number = int(client.run(BACKGROUND).out)
        os.kill(phone.pid, signal.SIGKILL)

    assert _is_there(number)
    with simulator.start(tmp_path):
        _until_gone(number)


def test_a_phone_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", CARELESS, str(tmp_path / "phone")]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.stdin.close()

    _until_gone(pid)


def test_ctrl_c_reaches_us_and_not_the_phone(start: Start) -> None:
    assert os.getpgid(start().pid) != os.getpgid(0)


def test_a_folder_with_other_files_is_left_alone(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(HostFileError, match="other files"), simulator.start(tmp_path):
        pass

    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_root_that_is_a_file_is_refused(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(HostFileError, match="File exists"), simulator.start(tmp_path / "file"):
        pass


def test_a_port_that_is_taken_is_refused(simulator: Simulator, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with (
            pytest.raises(HostFileError, match=str(port)) as caught,
            simulator.start(tmp_path, port=port),
        ):
            pass

    assert "--port 0" in caught.value.remedy
    assert tmp_path not in {phone.root for phone in simulator.running()}


def test_a_port_that_is_asked_for_is_used(simulator: Simulator, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with simulator.start(tmp_path, port=port) as phone:
        assert phone.address == f"127.0.0.1:{port}"


def test_what_is_wrong_with_the_options_is_told_across_the_processes(
    simulator: Simulator, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        pytest.raises(UsageError, match="no fault called 'sloow'") as caught,
        simulator.start(tmp_path, faults=["sloow=1"]),
    ):
        pass

    assert caught.value.remedy == "sideload simulate --fault help"
    assert capfd.readouterr() == ("", "")


def test_properties_are_read_as_pairs() -> None:
    assert pairs(["a=b=c", "d="]) == {"a": "b=c", "d": ""}
    with pytest.raises(UsageError, match="'e'"):
        pairs(["e"])


def _leads_to(file: Path, phone: RunningPhone) -> bool:
    if file.is_symlink():
        return file.readlink() == phone.root
    return file.is_file() and str(phone.root) in file.read_text()


def _listens(address: str) -> bool:
    host, _, port = address.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _until_gone(pid: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while _is_there(pid) and not _is_zombie(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _is_zombie(pid: int) -> bool:
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False)
    return shown.stdout.strip().startswith(b"Z")

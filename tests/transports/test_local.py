import os
import time
from pathlib import Path

import pytest

from sideload import transports
from sideload.errors import (
    DeviceFullError,
    DeviceGoneError,
    HostFileError,
    NoDeviceError,
    TransferError,
)
from sideload.host import machine
from sideload.transports import Connection, Push
from tests.requires import require


@pytest.fixture
def here() -> Connection:
    """A connection to this machine."""
    return transports.get("local").connect("local")


def test_the_one_device_is_this_machine_and_is_not_simulated(here: Connection) -> None:
    (device,) = transports.get("local").devices()

    assert device == here.device
    assert (device.serial, device.simulated, device.state) == ("local", False, "device")
    assert device.abi == (machine.abi() or "unknown")


def test_another_serial_is_refused() -> None:
    with pytest.raises(NoDeviceError, match="is called 'local', not 'elsewhere'"):
        transports.get("local").connect("elsewhere")


def test_a_command_has_its_code_and_both_its_streams(here: Connection) -> None:
    done = here.run("echo out; echo err >&2; exit 7")

    assert (done.exit_code, done.stdout, done.stderr) == (7, b"out\n", b"err\n")


def test_a_command_that_a_signal_ended_has_a_code_as_in_a_shell(here: Connection) -> None:
    assert here.run("kill -SEGV $$").exit_code == 139


def test_input_and_output_larger_than_a_pipe_both_pass(here: Connection) -> None:
    data = os.urandom(3_000_000)

    done = here.run("cat; cat /dev/null >&2", stdin=data)

    assert done.stdout == data


def test_a_command_need_not_read_its_input(here: Connection) -> None:
    assert here.run("true", stdin=b"x" * 1_000_000).exit_code == 0


def test_output_is_seen_as_it_comes(here: Connection) -> None:
    seen: list[tuple[bytes, float]] = []

    here.run(
        "echo one; sleep 0.3; echo two",
        on_stdout=lambda piece: seen.append((piece, time.monotonic())),
    )

    assert [piece for piece, _ in seen] == [b"one\n", b"two\n"]
    assert seen[1][1] - seen[0][1] > 0.1


def test_silence_ends_a_command_with_all_its_children(here: Connection, tmp_path: Path) -> None:
    mark = tmp_path / "mark"

    with pytest.raises(DeviceGoneError, match=r"no word for 0\.2 s"):
        here.run(f"(sleep 1; touch {mark}) & wait", timeout_s=0.2)

    time.sleep(1.2)
    assert not mark.exists()


def test_a_command_that_keeps_talking_outlasts_the_timeout(here: Connection) -> None:
    done = here.run("for i in 1 2 3 4; do echo $i; sleep 0.15; done", timeout_s=0.4)

    assert done.stdout.split() == [b"1", b"2", b"3", b"4"]


def test_a_push_makes_folders_and_sets_permissions(here: Connection, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 2_500_000)
    remote = tmp_path / "a" / "b" / "c"
    told: list[int] = []

    here.push([Push(local=source, remote=str(remote), mode=0o755)], progress=told.append)

    assert remote.read_bytes() == source.read_bytes()
    assert remote.stat().st_mode & 0o777 == 0o755
    assert (sum(told), len(told) > 1) == (2_500_000, True)


def test_an_append_continues_where_it_stopped(here: Connection, tmp_path: Path) -> None:
    source, remote = tmp_path / "source", tmp_path / "remote"
    source.write_bytes(b"0123456789")
    remote.write_bytes(b"0123")
    told: list[int] = []

    here.append(source, str(remote), 4, progress=told.append)

    assert (remote.read_bytes(), told) == (b"0123456789", [6])


def test_an_append_to_what_is_shorter_is_refused(here: Connection, tmp_path: Path) -> None:
    source, remote = tmp_path / "source", tmp_path / "remote"
    source.write_bytes(b"0123456789")
    remote.write_bytes(b"01234")

    with pytest.raises(TransferError, match="does not hold 6 bytes any more"):
        here.append(source, str(remote), 6)

    assert remote.read_bytes() == b"01234"


def test_an_append_goes_to_its_place_even_if_somebody_else_went_on(
    here: Connection, tmp_path: Path
) -> None:
    source, remote = tmp_path / "source", tmp_path / "remote"
    source.write_bytes(b"0123456789")
    remote.write_bytes(b"0123456")

    here.append(source, str(remote), 4)

    assert remote.read_bytes() == b"0123456789"


def test_an_append_from_the_start_begins_anew(here: Connection, tmp_path: Path) -> None:
    source, remote = tmp_path / "source", tmp_path / "remote"
    source.write_bytes(b"new")
    remote.write_bytes(b"something older")

    here.append(source, str(remote), 0)

    assert remote.read_bytes() == b"new"


def test_a_pull_brings_the_whole_file(here: Connection, tmp_path: Path) -> None:
    remote = tmp_path / "remote"
    remote.write_bytes(b"answer")

    here.pull(str(remote), tmp_path / "local")

    assert (tmp_path / "local").read_bytes() == b"answer"


def test_a_pull_of_what_is_not_there_leaves_nothing(here: Connection, tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="No such file"):
        here.pull(str(tmp_path / "remote"), tmp_path / "local")

    assert list(tmp_path.iterdir()) == []


def test_stat_says_what_is_there_and_none_for_what_is_not(here: Connection, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    file.chmod(0o640)

    found, missing, under = here.stat([str(file), str(tmp_path / "no"), f"{file}/under"])

    assert found is not None
    assert (found.size_bytes, found.mode & 0o777) == (5, 0o640)
    assert (found.inode, found.mtime) == (file.stat().st_ino, int(file.stat().st_mtime))
    assert (missing, under) == (None, None)


def test_a_file_of_this_side_that_is_missing_is_this_sides_fault(
    here: Connection, tmp_path: Path
) -> None:
    with pytest.raises(HostFileError, match="cannot read"):
        here.push([Push(local=tmp_path / "no", remote=str(tmp_path / "remote"))])


def test_a_full_disk_is_told_apart(here: Connection, tmp_path: Path) -> None:
    require(Path("/dev/full").exists(), "this machine has no /dev/full")
    source = tmp_path / "source"
    source.write_bytes(b"x")

    with pytest.raises(DeviceFullError, match="No space left on device"):
        here.append(source, "/dev/full", 0)


def test_a_folder_that_cannot_be_made_is_refused(here: Connection, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")

    with pytest.raises(TransferError, match="Not a directory") as caught:
        here.push([Push(local=source, remote="/dev/null/folder/file")])

    assert "device_root" in caught.value.remedy

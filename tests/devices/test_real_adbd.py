"""The real adbd that other tests use is one: on loopback only, with files of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from sideload import transports
from sideload.errors import UnauthorizedError
from sideload.protocols.adb import banner
from sideload.transports._adb import handshake, keys
from sideload.transports._adb.address import parse
from sideload.transports._adb.connecting import connected
from sideload.transports._adb.connection import AdbConnection
from sideload.transports._adb.tcp import TcpTransport
from sideload.transports._adb.wire import Wire
from tests import toybox
from tests.devices.real_adbd import RealPhone, patches, real_adbd, required
from tests.requires import require

ADB: Final = transports.get("adb")
DEADLINE_S: Final = 20.0
# Starts one, says where it listens, and waits to be killed.
LEFT: Final = """
import sys
from pathlib import Path
from tests.devices.real_adbd import real_adbd
with real_adbd(Path(sys.argv[1]), in_sandbox=sys.argv[2] == "True") as phone:
    print(phone.address, flush=True)
    sys.stdin.read()
"""
# What is written on a mapped address in the kernel's tables.
LOOPBACK: Final = "0000000000000000FFFF00000100007F"


@pytest.fixture(scope="module", autouse=True)
def _needed() -> None:
    required()


@pytest.fixture(params=[True, False], ids=["sandbox", "plain"])
def phone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealPhone]:
    """A real adbd, in a sandbox or on this machine as it is."""
    if request.param:
        _needs_sandbox()
    with real_adbd(tmp_path / "phone", in_sandbox=request.param) as running:
        yield running


@pytest.fixture
def fenced(tmp_path: Path) -> Iterator[RealPhone]:
    """One in a sandbox."""
    _needs_sandbox()
    with real_adbd(tmp_path / "phone") as running:
        yield running


@contextmanager
def opened(phone: RealPhone, timeout_s: float = DEADLINE_S) -> Iterator[AdbConnection]:
    with closing(connected(parse(phone.address), timeout_s)) as connection:
        yield connection


def test_it_introduces_itself_with_its_properties(phone: RealPhone) -> None:
    with opened(phone) as connection:
        device = connection.device

    assert (device.model, device.state) == ("Real adbd", "device")
    assert device.system == "Android 14 (API 34)"
    assert device.facts["serial"] == phone.serial


def test_it_listens_on_loopback_and_nowhere_else(phone: RealPhone) -> None:
    port = int(phone.address.rpartition(":")[2])
    rows = Path("/proc/net/tcp6").read_text().splitlines()[1:]
    listening = [row.split()[1] for row in rows if row.split()[3] == "0A"]

    assert [where for where in listening if where.endswith(f":{port:04X}")] == [
        f"{LOOPBACK}:{port:04X}"
    ]


def test_its_files_are_in_its_own_folder(phone: RealPhone) -> None:
    with opened(phone) as connection:
        connection.run(f"echo hello >{phone.tmp}/file")

    assert phone.on_host(f"{phone.tmp}/file").read_bytes() == b"hello\n"
    assert phone.on_host(f"{phone.tmp}/file").is_relative_to(phone.root)


def test_it_has_a_phones_programs_and_log(phone: RealPhone) -> None:
    with opened(phone) as connection:
        connection.run("log -t mine said")
        logged = connection.run("logcat -d -s mine").stdout
        sdk = connection.run("getprop ro.build.version.sdk").stdout

    assert logged.endswith(b"mine    : said\n")
    assert sdk == b"34\n"


def test_it_can_change_nothing_of_this_machine(fenced: RealPhone, tmp_path: Path) -> None:
    with opened(fenced) as connection:
        done = connection.run(
            f"touch /usr/x; touch /x/y; ls -d {tmp_path}; echo >/system/build.prop"
        )
        who = connection.run("/usr/bin/id -u; tr '\\0' '\\n' </proc/1/cmdline | head -1")

    assert done.exit_code != 0
    assert done.stderr.count(b"Read-only file system") == 2
    assert done.stderr.count(b"No such file or directory") == 2
    assert who.stdout.startswith(b"2000\n")


def test_it_has_a_place_with_little_room(fenced: RealPhone) -> None:
    with opened(fenced) as connection:
        done = connection.run(f"head -c 8000000 /dev/zero >{fenced.small}/file")
        size = connection.run(f"wc -c <{fenced.small}/file").stdout

    assert b"No space left on device" in done.stderr
    assert int(size) == 4 << 20


def test_it_may_have_a_phones_own_shell_and_programs(tmp_path: Path) -> None:
    _needs_sandbox()
    (tmp_path / "programs").mkdir()
    programs = toybox.install(tmp_path / "programs")
    with real_adbd(tmp_path / "phone", programs=programs) as phone, opened(phone) as connection:
        command = "echo $KSH_VERSION; readlink -f $(which sha256sum); getprop ro.serialno"
        said = connection.run(command)

    shell, program, serial = said.stdout.decode().splitlines()
    assert "MIRBSD KSH" in shell
    assert (program, serial) == ("/system/bin/toybox", phone.serial)


def test_several_at_once_know_nothing_of_each_other(tmp_path: Path) -> None:
    with (
        real_adbd(tmp_path / "one") as one,
        real_adbd(tmp_path / "two") as two,
        opened(one) as first,
        opened(two) as second,
    ):
        first.run(f"touch {one.tmp}/mine")
        found = second.run(f"ls {two.tmp}").stdout

    assert one.address != two.address
    assert one.serial != two.serial
    assert found == b""


@pytest.mark.parametrize(
    "names", [("delayed_ack",), ("sendrecv_v2",), ("stat_v2",), ("ls_v2",), ("shell_v2", "cmd")]
)
def test_features_can_be_left_out(names: tuple[str, ...], tmp_path: Path) -> None:
    _patchable()
    with real_adbd(tmp_path, without=names) as phone:
        offered = _offered(phone)

    assert offered.isdisjoint(names)
    assert set(banner.CLIENT_FEATURES) - set(names) <= offered


def test_a_feature_that_there_is_not_cannot_be_left_out() -> None:
    with pytest.raises(LookupError, match="the feature warp_drive"):
        patches.patched(required().adbd.read_bytes(), asks_for_keys=False, without=["warp_drive"])


def test_a_build_whose_switch_for_keys_is_elsewhere_is_not_changed() -> None:
    with pytest.raises(LookupError, match="switch for keys"):
        patches.patched(bytes(1000), asks_for_keys=True, without=())


def test_it_asks_for_a_key_where_it_shall(tmp_path: Path) -> None:
    _patchable()
    _needs_sandbox()
    (ours,) = keys.signers()
    with real_adbd(tmp_path, asks_for_keys=True) as phone:
        with pytest.raises(UnauthorizedError), opened(phone, timeout_s=1.2):
            pass
        phone.on_host("/data/misc/adb/adb_keys").write_bytes(ours.GetPublicKey() + b"\n")
        with opened(phone) as connection:
            said = connection.run("echo in").stdout

    assert said == b"in\n"


def test_it_ends_with_the_block_and_its_port_is_free_again(tmp_path: Path) -> None:
    with real_adbd(tmp_path) as first:
        port = int(first.address.rpartition(":")[2])
    _until(lambda: not _answers(first.address))
    with real_adbd(tmp_path, port=port) as second, opened(second) as connection:
        said = connection.run("echo back").stdout

    assert (second.address, said) == (first.address, b"back\n")


@pytest.mark.parametrize("in_sandbox", [True, False])
def test_it_ends_where_its_starter_is_killed(in_sandbox: bool, tmp_path: Path) -> None:
    argv = [sys.executable, "-c", LEFT, str(tmp_path), str(in_sandbox)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        address = starter.stdout.readline().decode().strip()
        was_there = _answers(address)
        os.kill(starter.pid, signal.SIGKILL)

    assert was_there
    _until(lambda: not _answers(address))


def _offered(phone: RealPhone) -> frozenset[str]:
    """What it says in its first packet that it can do."""
    where = parse(phone.address)
    transport = TcpTransport(where.host, where.port)
    transport.connect(DEADLINE_S)
    with closing(Wire(transport, DEADLINE_S)) as wire:
        return handshake.shake(wire, (), DEADLINE_S).banner.features


def _needs_sandbox() -> None:
    # Nothing that could be installed: the kernel decides.
    if not required().bwrap:
        pytest.skip("this machine allows no sandboxes")


def _patchable() -> None:
    require(required().is_x86, "the places to change are known in the x86-64 build only")


def _answers(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), DEADLINE_S).close()
    except OSError:
        return False
    return True


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)

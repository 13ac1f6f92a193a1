"""adb-shell, which needs no server, finds nothing wrong with the simulated phone."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from adb_shell.adb_device import AdbDeviceTcp
from adb_shell.auth.keygen import keygen
from adb_shell.auth.sign_pythonrsa import PythonRSASigner
from adb_shell.exceptions import TcpTimeoutException

from sideload.simulated import RunningPhone, Simulator

TMP: Final = "/data/local/tmp"


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - it says nothing of its types
    """A key that no phone has seen."""
    key = tmp_path_factory.mktemp("key") / "adbkey"
    keygen(str(key))
    return PythonRSASigner.FromRSAKeyPath(str(key))


@pytest.fixture
def device(phone: RunningPhone, signer: Any) -> Iterator[Any]:  # noqa: ANN401 - see `signer`
    """adb-shell's device for `phone`, connected."""
    host, _, port = phone.address.partition(":")
    opened = AdbDeviceTcp(host, int(port), default_transport_timeout_s=10)
    opened.connect(rsa_keys=[signer], auth_timeout_s=5)
    yield opened
    opened.close()


def test_a_phone_lets_a_new_key_in(device: Any) -> None:  # noqa: ANN401 - see `signer`
    assert device.available


def test_a_command_has_output(device: Any) -> None:  # noqa: ANN401 - see `signer`
    assert device.shell("echo out; echo err >&2") == "out\nerr\n"
    assert device.exec_out("cat /proc/meminfo").startswith("MemTotal")
    assert list(device.streaming_shell("echo one; sleep 0.1; echo two")) == ["one\n", "two\n"]


@pytest.mark.parametrize("size", [0, 5, 65_536, 3_000_000])
def test_a_file_goes_there_and_back(
    size: int,
    device: Any,  # noqa: ANN401 - see `signer`
    tmp_path: Path,
) -> None:
    content = os.urandom(size)
    device.push(io.BytesIO(content), f"{TMP}/a b")
    device.pull(f"{TMP}/a b", str(tmp_path / "back"))

    assert (tmp_path / "back").read_bytes() == content
    assert device.stat(f"{TMP}/a b")[1] == size
    assert b"a b" in {bytes(entry.filename) for entry in device.list(TMP)}


def test_a_phone_that_trusts_nobody_lets_nobody_in(
    simulator: Simulator,
    signer: Any,  # noqa: ANN401 - see `signer`
    tmp_path: Path,
) -> None:
    with simulator.start(tmp_path, faults=["unauthorized"]) as phone:
        host, _, port = phone.address.partition(":")
        stranger = AdbDeviceTcp(host, int(port))

        with pytest.raises(TcpTimeoutException):
            stranger.connect(rsa_keys=[signer], auth_timeout_s=0.5)
        stranger.close()

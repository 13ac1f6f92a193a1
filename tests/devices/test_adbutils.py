"""adbutils, which talks to native adb's server, finds nothing wrong with the simulated phone."""

import io
import os
from pathlib import Path
from typing import Any, Final

import adbutils
import pytest

from sideload.simulated import RunningPhone
from tests.devices.conftest import NativeAdb

TMP: Final = "/data/local/tmp"


@pytest.fixture
def device(adb: NativeAdb, phone: RunningPhone) -> Any:  # noqa: ANN401 - it says nothing of its types
    """adbutils's device for `phone`."""
    return adbutils.AdbClient(host="127.0.0.1", port=adb.port).device(serial=phone.address)


def test_the_phone_is_among_the_devices(adb: NativeAdb, phone: RunningPhone) -> None:
    client = adbutils.AdbClient(host="127.0.0.1", port=adb.port)

    assert phone.address in {device.serial for device in client.device_list()}


def test_a_command_has_output_and_exit_code(device: Any) -> None:  # noqa: ANN401 - see `device`
    answer = device.shell2("echo out; echo err >&2; exit 7", v2=True)

    assert (answer.returncode, answer.stdout, answer.stderr) == (7, "out\n", "err\n")
    assert device.shell2("echo out; (exit 7)").returncode == 7
    assert device.shell("pwd") == "/"


def test_properties_are_read(device: Any) -> None:  # noqa: ANN401 - see `device`
    assert device.prop.model == "Sideload Simulated Phone"
    assert device.getprop("ro.build.version.sdk") == "35"


@pytest.mark.parametrize("size", [0, 5, 300_000])
def test_a_file_goes_there_and_back(
    size: int,
    device: Any,  # noqa: ANN401 - see `device`
    tmp_path: Path,
) -> None:
    content = os.urandom(size)
    device.sync.push(io.BytesIO(content), f"{TMP}/a b")
    device.sync.pull(f"{TMP}/a b", tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == content
    assert device.sync.stat(f"{TMP}/a b").size == size
    assert "a b" in {entry.path for entry in device.sync.list(TMP)}

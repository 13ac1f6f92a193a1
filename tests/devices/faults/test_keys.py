"""The key of this host: missing, out of reach, open to all, or no key at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sideload.errors import HostFileError
from sideload.simulated import RunningPhone
from tests.devices.faults import bench
from tests.devices.faults.bench import Bench

NOBODY = 65534


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that other users may look into, as `tmp_path` is not."""
    with tempfile.TemporaryDirectory(prefix="sideload-home-") as name:
        Path(name).chmod(0o755)
        (Path(name) / "data/sideload/adb").mkdir(parents=True)
        with pytest.MonkeyPatch.context() as variables:
            variables.setenv("HOME", name)
            variables.setenv("XDG_DATA_HOME", f"{name}/data")
            yield Path(name)


@pytest.fixture
def tried(phone: RunningPhone, folder: Path) -> Bench:
    return Bench(phone=phone, folder=folder)


@contextmanager
def as_somebody() -> Iterator[None]:
    """For root every file is readable, so that is not what we are for a moment."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_key_that_is_missing_is_made(home: Path, tried: Bench) -> None:
    (home / "data/sideload/adb").rmdir()

    bench.connect(tried)

    assert (home / "data/sideload/adb/adbkey").is_file()


def test_a_key_that_cannot_be_read_is_named_with_what_helps(home: Path, tried: Bench) -> None:
    (home / "data/sideload/adb").rmdir()
    bench.connect(tried)
    key = home / "data/sideload/adb/adbkey"
    for path in (key.parent, home / "data", home / "data/sideload"):
        path.chmod(0o755)
    key.chmod(0)
    os.utime(key, (1, 1))  # so that it is read again, and not remembered

    with as_somebody(), pytest.raises(HostFileError, match="Permission denied") as caught:
        bench.connect(tried)

    assert str(key) in caught.value.problem
    assert f"chmod 600 '{key}'" in caught.value.remedy


@pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_key_that_is_none_is_named_with_what_makes_a_new_one(
    home: Path, tried: Bench, content: bytes
) -> None:
    key = home / "data/sideload/adb/adbkey"
    key.write_bytes(content)
    key.with_name("adbkey.pub").write_bytes(b"")

    with pytest.raises(HostFileError) as caught:
        bench.connect(tried)

    assert f"rm '{key}' '{key}.pub'" in caught.value.remedy


def test_a_key_of_ours_that_others_can_read_is_closed_to_them(home: Path, tried: Bench) -> None:
    (home / "data/sideload/adb").rmdir()
    bench.connect(tried)
    key = home / "data/sideload/adb/adbkey"
    key.chmod(0o644)

    bench.connect(tried)

    assert key.stat().st_mode & 0o777 == 0o600


def test_a_key_of_adb_that_others_can_read_is_used_and_said(
    home: Path, tried: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "data/sideload/adb").rmdir()
    bench.connect(tried)
    (home / "data/sideload/adb").rename(home / ".android")
    (home / ".android/adbkey").chmod(0o644)

    bench.connect(tried)

    assert f"chmod 600 '{home}/.android/adbkey'" in capsys.readouterr().err
    assert (home / ".android/adbkey").stat().st_mode & 0o777 == 0o644

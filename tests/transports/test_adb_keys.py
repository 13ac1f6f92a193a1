import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sideload import transports
from sideload.errors import (
    HostFileError,
)
from sideload.transports._adb import keys

ADB = transports.get("adb")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


def test_a_key_is_made_once_and_nobody_else_can_read_it(home: Path) -> None:
    (first,) = keys.signers()
    (second,) = keys.signers()

    folder = home / "data" / "sideload" / "adb"
    assert first.GetPublicKey() == second.GetPublicKey()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
        "adbkey": 0o600,
        "adbkey.pub": 0o600,
    }
    assert [path.name for path in folder.parent.iterdir()] == ["adb"]


def test_runs_that_start_together_end_with_one_key(home: Path) -> None:
    barrier = threading.Barrier(4)

    def make(_: int) -> bytes:
        barrier.wait()
        return keys.signers()[0].GetPublicKey()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(make, range(4)))

    assert len(made) == 1
    assert [path.name for path in (home / "data" / "sideload").iterdir()] == ["adb"]


def test_adbs_own_key_comes_first(home: Path) -> None:
    keys.signers()
    (home / "home").mkdir()
    (home / "data" / "sideload" / "adb").rename(home / "home" / ".android")

    (signer,) = keys.signers()

    assert signer.GetPublicKey() == (home / "home/.android/adbkey.pub").read_bytes()
    assert not (home / "data/sideload/adb").exists()


def test_a_corrupt_key_is_refused_with_the_command_that_helps(home: Path) -> None:
    keys.signers()
    (home / "data/sideload/adb/adbkey").write_text("-----BEGIN NONSENSE-----\n")

    with pytest.raises(HostFileError, match=r"rm '.*adbkey'"):
        keys.signers()


def test_a_folder_that_cannot_be_written_is_refused(home: Path) -> None:
    (home / "data").write_text("a file where a folder should be")

    with pytest.raises(HostFileError, match="XDG_DATA_HOME"):
        keys.signers()

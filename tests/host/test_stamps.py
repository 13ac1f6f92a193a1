import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sideload.host import files

CONTENT = b"abcd" * 2**16
RIGHT = hashlib.sha256(CONTENT).hexdigest()
FAKE = "f" * 64


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIDELOAD_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Files whose last change is long enough ago to be remembered, one for each test."""
    folder = tmp_path_factory.mktemp("old")
    for number in range(20):
        (folder / f"{number}.onnx").write_bytes(CONTENT)
    time.sleep(2.1)  # the rule is about the real clock of a real file system
    return folder.iterdir()


@pytest.fixture
def settled(old_files: Iterator[Path]) -> Path:
    return next(old_files)


def entries(cache: Path) -> list[Path]:
    return sorted((cache / "stamps").glob("*"))


def test_a_settled_file_is_read_once(settled: Path, cache: Path) -> None:
    first = files.sha256_cached(settled)
    (entry,) = entries(cache)
    entry.write_text(entry.read_text().replace(RIGHT, FAKE))

    assert first == RIGHT
    assert files.sha256_cached(settled) == FAKE


def test_any_change_is_noticed(settled: Path, cache: Path) -> None:
    files.sha256_cached(settled)
    (entry,) = entries(cache)
    entry.write_text(entry.read_text().replace(RIGHT, FAKE))
    before = settled.stat()
    settled.write_bytes(CONTENT)
    os.utime(settled, ns=(before.st_atime_ns, before.st_mtime_ns))

    # Same size, inode and time of change: only the time of the last change of the stamp differs.
    assert files.sha256_cached(settled) == RIGHT


def test_a_file_that_has_just_changed_is_not_remembered(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "young").write_bytes(CONTENT)

    assert files.sha256_cached(tmp_path / "young") == RIGHT
    assert entries(cache) == []


def test_a_small_file_is_read_each_time(old_files: Iterator[Path], cache: Path) -> None:
    small = next(old_files).with_suffix(".small")

    small.write_bytes(CONTENT[:-1])

    assert files.sha256_cached(small) == hashlib.sha256(CONTENT[:-1]).hexdigest()
    assert not cache.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", b"null", b'{"stamp": 1, "sha256": "x"}', b"[" * 100_000]
)
def test_a_corrupt_entry_is_the_same_as_none(settled: Path, cache: Path, content: bytes) -> None:
    files.sha256_cached(settled)
    (entry,) = entries(cache)
    entry.write_bytes(content)

    assert files.sha256_cached(settled) == RIGHT
    assert RIGHT in entry.read_text()


def test_a_hash_that_is_none_is_not_believed(settled: Path, cache: Path) -> None:
    files.sha256_cached(settled)
    (entry,) = entries(cache)
    entry.write_text(entry.read_text().replace(RIGHT, "short"))

    assert files.sha256_cached(settled) == RIGHT


def test_a_cache_that_cannot_be_written_costs_only_time(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIDELOAD_CACHE", str(tmp_path / "file" / "cache"))

    assert files.sha256_cached(settled) == RIGHT


def test_many_processes_at_once_all_get_the_right_hash(settled: Path, cache: Path) -> None:
    code = (
        "import pathlib, sys; from sideload.host import files\n"
        "for _ in range(50): assert files.sha256_cached(pathlib.Path(sys.argv[1])) == sys.argv[2]"
    )
    argv = [sys.executable, "-c", code, str(settled), RIGHT]
    children = [subprocess.Popen(argv) for _ in range(3)]

    assert [child.wait(timeout=60) for child in children] == [0, 0, 0]
    assert len(entries(cache)) == 1

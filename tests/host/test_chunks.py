import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sideload.errors import HostFileError
from sideload.host import chunks, files
from sideload.host.chunks import Index
from sideload.host.places import CACHE_VARIABLE
from sideload.values import FileRef

SIZE_BYTES = 3_000_000


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileRef:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    path = tmp_path / "file"
    path.write_bytes(os.urandom(SIZE_BYTES))
    return files.ref(path)


def test_chunks_are_the_whole_file_and_about_as_large_as_they_should_be(file: FileRef) -> None:
    found = chunks.index(file)

    assert found.size_bytes == SIZE_BYTES
    sizes = [size for _, size in found.chunks]
    assert max(sizes) <= 4 * found.average
    assert found.average / 2 < SIZE_BYTES / len(sizes) < 2 * found.average


def test_an_insertion_changes_only_the_chunks_that_it_touches(
    file: FileRef, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"inserted" + file.path.read_bytes())

    before, after = chunks.index(file), chunks.index(files.ref(other))

    assert len(set(after.chunks) - set(before.chunks)) <= 2


def test_a_file_is_cut_once_wherever_it_is_later(file: FileRef) -> None:
    found = chunks.index(file)
    file.path.unlink()

    assert chunks.index(file) == found
    assert chunks.recall(file.sha256, SIZE_BYTES) == found
    chunks.forget(file.sha256)
    assert chunks.recall(file.sha256, SIZE_BYTES) is None


@pytest.mark.parametrize("text", ["", "{}", "sideload-chunks/1 16384 x y", "\0" * 100])
def test_a_damaged_entry_is_made_anew(file: FileRef, text: str) -> None:
    found = chunks.index(file)
    chunks.kept(file.sha256).write_text(text)

    assert chunks.recall(file.sha256, SIZE_BYTES) is None
    assert chunks.index(file) == found


def test_an_entry_of_another_file_is_not_believed(file: FileRef, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(os.urandom(SIZE_BYTES))
    found = chunks.index(file)
    chunks.index(files.ref(other))
    chunks.kept(file.sha256).write_bytes(chunks.kept(files.sha256(other)).read_bytes())

    assert chunks.index(file) == found


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    missing = FileRef(path=tmp_path / "missing", sha256="0" * 64, size_bytes=SIZE_BYTES)

    with pytest.raises(HostFileError, match="cannot read"):
        chunks.index(missing)


def test_a_file_that_shrank_has_an_index_that_nobody_keeps(file: FileRef) -> None:
    file.path.write_bytes(b"short")

    assert chunks.index(file).size_bytes == len(b"short")
    assert not chunks.kept(file.sha256).exists()


@pytest.mark.parametrize(
    ("size_bytes", "average"),
    [(1, 16 << 10), (90 << 20, 16 << 10), (1 << 30, 64 << 10), (10 << 30, 256 << 10)],
)
def test_larger_files_have_larger_chunks_so_that_no_index_is_large(
    size_bytes: int, average: int
) -> None:
    assert chunks.average(size_bytes) == average
    assert size_bytes / average < 100_000


@given(
    st.lists(st.tuples(st.binary(min_size=8, max_size=8), st.integers(0, 2**32 - 1)), max_size=50),
    st.integers(1, 10**9 - 1),
)
def test_what_is_written_is_read(parts: list[tuple[bytes, int]], average: int) -> None:
    made = Index(sha256="ab" * 32, average=average, chunks=tuple(parts))

    line = chunks.dump(made)

    assert chunks.load(line, {made.sha256: made.size_bytes}) == made
    assert chunks.load(line, {made.sha256: made.size_bytes + 1}) is None
    assert chunks.load(line, {}) is None


@given(st.text(max_size=300) | st.from_regex(r"sideload-chunks/1 \d+ [0-9a-f]{64} .*"))
def test_nothing_that_a_device_says_does_harm(line: str) -> None:
    found = chunks.load(line, {"0" * 64: 5})

    assert found is None or found.size_bytes == 5

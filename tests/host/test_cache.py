from pathlib import Path

import pytest

from sideload.errors import HostFileError
from sideload.host import cache, clock, files


def test_a_folder_of_the_cache_exists_and_can_be_removed_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDELOAD_CACHE", str(tmp_path / "cache"))

    folder = cache.folder("runners")

    assert folder == tmp_path / "cache" / "runners"
    assert folder.is_dir()
    assert cache.folder("runners") == folder
    files.remove(tmp_path / "cache")
    assert not folder.exists()


def test_a_cache_that_cannot_be_made_says_how_to_put_it_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIDELOAD_CACHE", str(tmp_path / "file"))

    with pytest.raises(HostFileError, match="file"):
        cache.folder("runners")


def test_the_time_of_day_is_utc_and_sorts_as_text() -> None:
    first, second = clock.STARTED_UTC, clock.now_utc()

    assert first <= second
    assert len(second) == len("2031-05-04T03:02:01Z")
    assert second.endswith("Z")

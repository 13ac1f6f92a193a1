import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sideload.errors import HostFileError
from sideload.host import files


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_built_folder_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()

    with files.building(tmp_path / "out") as folder:
        (folder / "new").touch()
        before = names(tmp_path / "out")

    assert before == ["old"]
    assert names(tmp_path / "out") == ["new"]
    assert names(tmp_path) == ["out"]


def break_off_a_folder(path: Path, error: type[BaseException]) -> None:
    with files.building(path) as folder:
        (folder / "half").touch()
        raise error


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_folder_that_is_not_finished_vanishes_and_the_old_one_stays(
    tmp_path: Path, error: type[BaseException]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()

    with pytest.raises(error):
        break_off_a_folder(tmp_path / "out", error)

    assert names(tmp_path / "out") == ["old"]
    assert names(tmp_path) == ["out"]


def test_ctrl_c_in_a_real_process_leaves_nothing_half_built(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time; from sideload.host import files\n"
        "with files.building(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half').touch(); print('building', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGINT)

    assert child.returncode != 0
    assert names(tmp_path) == []


def leave_a_dead_part(tmp_path: Path) -> Path:
    code = (
        "import os, pathlib, sys; from sideload.host import files\n"
        "with files.building(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half').touch(); print(folder, flush=True); os.kill(os.getpid(), 9)\n"
    )
    argv = [sys.executable, "-c", code, str(tmp_path / "out")]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    return Path(done.stdout.strip())


def grow_old(path: Path) -> None:
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    dead = leave_a_dead_part(tmp_path)
    young = leave_a_dead_part(tmp_path)
    grow_old(dead)

    with files.building(tmp_path / "out"):
        pass

    assert names(tmp_path) == sorted([young.name, "out"])


def test_what_another_process_is_building_is_not_swept(tmp_path: Path) -> None:
    with files.building(tmp_path / "one") as living:
        (living / "half").touch()
        grow_old(living)
        with files.building(tmp_path / "two"):
            pass

    assert names(tmp_path / "one") == ["half"]


def test_a_marked_folder_is_removed_with_all_it_holds(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    files.mark_cache(cache)
    files.write_bytes(cache / "a" / "b", b"12345")
    (cache / "link").symlink_to(tmp_path / "elsewhere")

    freed_bytes = files.remove(cache)

    assert freed_bytes > 5
    assert names(tmp_path) == []


def test_a_folder_that_was_not_marked_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    for folder in (tmp_path, tmp_path / "missing", tmp_path / "precious"):
        with pytest.raises(HostFileError, match=re.escape("has no CACHEDIR.TAG")):
            files.remove(folder)
    (tmp_path / "CACHEDIR.TAG").write_text("Signature: mine")
    with pytest.raises(HostFileError):
        files.remove(tmp_path)

    assert (tmp_path / "precious").exists()


def test_a_link_to_a_marked_folder_is_not_followed(tmp_path: Path) -> None:
    files.mark_cache(tmp_path / "cache")
    (tmp_path / "link").symlink_to(tmp_path / "cache")

    with pytest.raises(HostFileError):
        files.remove(tmp_path / "link")

    assert (tmp_path / "cache" / "CACHEDIR.TAG").exists()


def test_a_removal_that_was_interrupted_can_be_taken_up_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    files.mark_cache(cache)
    (cache / "a").touch()
    files.mark_cache(cache)

    assert (cache / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f0688680")
    files.remove(cache)
    assert not cache.exists()

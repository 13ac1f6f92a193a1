import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sideload.errors import HostFileError
from sideload.host import files
from tests.requires import require

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
# Both need nobody's leave in most places; in a container without namespaces they cannot run.
SMALL_DISK = """
mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" -c "$3" "$1"
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_written_file_holds_the_text_and_nothing_else_is_left(tmp_path: Path) -> None:
    files.write_text(tmp_path / "new" / "a.txt", "größe\r\n")

    assert files.read_text(tmp_path / "new" / "a.txt") == "größe\r\n"
    assert names(tmp_path / "new") == ["a.txt"]


def test_writing_replaces_what_was_there(tmp_path: Path) -> None:
    files.write_bytes(tmp_path / "a", b"old and long")
    files.write_bytes(tmp_path / "a", b"new")

    assert files.read_bytes(tmp_path / "a") == b"new"


def test_a_secret_is_never_readable_by_others(tmp_path: Path) -> None:
    with files.writing(tmp_path / "key", mode=0o600) as file:
        file.write(b"secret")
        (private,) = tmp_path.iterdir()
        mode_while_writing = stat.S_IMODE(private.stat().st_mode)

    assert mode_while_writing == 0o600
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def break_off_a_file(path: Path, error: type[BaseException]) -> None:
    with files.writing(path) as file:
        file.write(b"half")
        raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_interrupted_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, error: type[BaseException]
) -> None:
    files.write_bytes(tmp_path / "a", b"old")

    with pytest.raises(error):
        break_off_a_file(tmp_path / "a", error)

    assert files.read_bytes(tmp_path / "a") == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("path", "said", "cure"),
    [
        ("no/such/file", "No such file", "ls"),
        (".", "Is a directory", "name a file"),
        ("file/inside", "Not a directory", "move away"),
        ("a" * 300, "name too long", "shorter"),
        ("nul\0byte", "no file can have that name", "NUL"),
        ("half\ud800", "no file can have that name", "broken"),
        ("loop", "symbolic links", "symbolic link"),
    ],
)
def test_what_cannot_be_read_is_explained_with_a_cure(
    tmp_path: Path, path: str, said: str, cure: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")

    with pytest.raises(HostFileError, match=said) as caught:
        files.read_bytes(tmp_path / path)

    assert cure in caught.value.remedy


def test_a_folder_that_cannot_be_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(HostFileError, match=r"cannot write .*inside"):
        files.write_bytes(tmp_path / "file" / "inside", b"")
    with pytest.raises(HostFileError, match="cannot create"):
        files.new_folder(tmp_path / "file")

    assert names(tmp_path) == ["file"]


def test_a_file_that_is_larger_than_allowed_is_never_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")

    assert files.read_bytes(tmp_path / "a", limit_bytes=5) == b"12345"
    with pytest.raises(HostFileError, match="larger than 4 bytes"):
        files.read_bytes(tmp_path / "a", limit_bytes=4)
    with pytest.raises(HostFileError, match="larger than"):
        files.read_bytes(Path("/dev/zero"), limit_bytes=1000)


def test_text_that_is_not_utf8_is_refused_with_the_byte(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"ab\xff\xfe")

    with pytest.raises(HostFileError, match="byte 2 is 0xff"):
        files.read_text(tmp_path / "a")
    with pytest.raises(HostFileError, match="not a character"):
        files.write_text(tmp_path / "b", "half \ud800")

    assert names(tmp_path) == ["a"]


def run_python(code: str, *words: object) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)


def test_a_limit_on_file_sizes_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    done = run_python(
        "import resource, sys, pathlib; from sideload.host import files\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: files.write_bytes(pathlib.Path(sys.argv[1]), bytes(100_000))\n"
        "except files.HostFileError as error: print(error)",
        tmp_path / "a",
    )

    assert "File too large" in done.stdout
    assert "ulimit" in done.stdout
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_full_disk_is_explained_and_keeps_what_was_there(tmp_path: Path) -> None:
    code = """
import os, pathlib, sys
from sideload.host import files
root = pathlib.Path(sys.argv[1])
files.write_bytes(root / "a", b"old")
for name in ("a", "b"):
    try:
        files.write_bytes(root / name, bytes(10_000_000))
    except files.HostFileError as error:
        print(error)
try:
    with files.building(root / "folder") as folder:
        (folder / "whole").write_bytes(b"1")
        files.write_bytes(folder / "big", bytes(10_000_000))
except files.HostFileError as error:
    print(error)
print(os.listdir(root), (root / "a").read_bytes())
"""
    argv = ["unshare", "--mount", "--map-root-user", "sh", "-c", SMALL_DISK, "sh"]
    words = [str(tmp_path), sys.executable, code]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [*argv, *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    require("Traceback" in done.stderr or not done.returncode, "no right to mount a small disk")

    assert done.stdout.count("No space left on device") == 3
    assert done.stdout.count("free some space") == 3
    assert done.stdout.splitlines()[-1] == "['a'] b'old'"


def test_a_hash_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").touch()

    reference = files.ref(tmp_path / "a")

    assert files.sha256(tmp_path / "a") == EMPTY
    assert reference.sha256 == EMPTY
    assert reference.size_bytes == 0

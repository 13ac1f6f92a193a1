"""The store in the words of a phone's own shell and programs: mksh and toybox."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sideload.errors import SideloadError
from sideload.host import debian, machine
from sideload.stages._objects import present, remove_deployment, remove_unnamed, store
from sideload.stages._objects.listing import STAT, listed
from sideload.transports import Completed
from sideload.transports.local import LocalConnection
from sideload.values import PayloadFile
from tests.requires import require
from tests.stages.objects.conftest import made, total

ARCHITECTURES = {"x86_64": "amd64", "arm64-v8a": "arm64"}
SIZE_BYTES = 9_000_000
# Chunks at the borders of a change, and blocks at the borders of a range.
SLACK_BYTES = 200_000


class Toybox(LocalConnection):
    """This machine, whose commands run in mksh with nothing but toybox."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        place = shlex.quote(str(programs))
        self._start = f"exec env -i PATH={place} {place}/sh -c"

    def run(
        self,
        command: str,
        *,
        timeout_s: float = 60.0,
        stdin: bytes = b"",
        on_stdout: Callable[[bytes], None] | None = None,
    ) -> Completed:
        """Run it there."""
        inner = f"{self._start} {shlex.quote(command)}"
        return super().run(inner, timeout_s=timeout_s, stdin=stdin, on_stdout=on_stdout)


@pytest.fixture(scope="module")
def toybox(tmp_path_factory: pytest.TempPathFactory) -> Toybox:
    architecture = ARCHITECTURES.get(machine.abi() or "", "")
    require(bool(architecture), "toybox from Debian runs on Linux, on x86_64 and aarch64")
    try:
        found = debian.fetch(["mksh", "toybox"], suite="bookworm", architecture=architecture).folder
    except SideloadError as error:
        require(False, f"Debian's mksh and toybox cannot be had: {error}")
        raise
    programs = tmp_path_factory.mktemp("programs")
    program = found / "bin/toybox"
    for name in subprocess.check_output([program], text=True, timeout=30).split():
        (programs / name).symlink_to(program)
    # On a phone, the shell is one of the programs.
    (programs / "sh").symlink_to(found / "bin/mksh")
    # Debian's toybox is built without it; Android's is not, and had another one before.
    (programs / "dd").symlink_to(shutil.which("dd") or "dd")
    return Toybox(programs)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "it's a store"


@pytest.fixture
def model(tmp_path: Path) -> PayloadFile:
    (tmp_path / "files").mkdir()
    return made(tmp_path / "files", "model.pte", os.urandom(SIZE_BYTES))


def test_a_deployment_is_kept_and_found_whole(
    toybox: Toybox, root: Path, payload: list[PayloadFile]
) -> None:
    stored = store(toybox, root=str(root), key="k1", payload=payload)
    again = store(toybox, root=str(root), key="k1", payload=payload)

    assert (stored.pushed_bytes, again.pushed_bytes) == (total(payload), 0)
    assert present(toybox, str(root), ["k1", "k2"]) == {"k1"}
    for file in payload:
        there = root / "deployments/k1" / file.name
        assert there.read_bytes() == file.file.path.read_bytes()
        assert os.access(there, os.X_OK) == file.executable


@pytest.mark.parametrize("inserted_at", [0, SIZE_BYTES // 2])
def test_a_changed_model_is_made_of_parts(
    toybox: Toybox, root: Path, model: PayloadFile, inserted_at: int
) -> None:
    content = model.file.path.read_bytes()
    changed = content[:inserted_at] + os.urandom(50_000) + content[inserted_at:]
    new = made(model.file.path.parent, "model.pte", changed)
    store(toybox, root=str(root), key="old", payload=[model])

    stored = store(toybox, root=str(root), key="new", payload=[new])

    assert stored.pushed_bytes < SLACK_BYTES
    assert (root / "deployments/new/model.pte").read_bytes() == changed
    assert list((root / "incoming").iterdir()) == []


def test_what_is_not_used_makes_room_and_the_rest_is_cleaned(
    toybox: Toybox, root: Path, model: PayloadFile
) -> None:
    store(toybox, root=str(root), key="old", payload=[model])
    new = made(model.file.path.parent, "model.pte", os.urandom(SIZE_BYTES))

    store(toybox, root=str(root), key="new", payload=[new], budget_bytes=10_000_000)
    left = present(toybox, str(root), ["old", "new"])
    remove_deployment(toybox, str(root), "new")
    freed_bytes = remove_unnamed(toybox, str(root))

    assert left == {"new"}
    assert freed_bytes > SIZE_BYTES
    assert not any((root / "objects").iterdir())


@pytest.mark.parametrize("which", ["objects", "index"])
@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_stands_in_the_way_is_replaced(
    toybox: Toybox, root: Path, model: PayloadFile, which: str, kind: str
) -> None:
    path = root / which / model.file.sha256
    path.parent.mkdir(parents=True)
    (root.parent / "victim").write_bytes(b"of somebody else")
    if kind == "link":
        path.symlink_to(root.parent / "victim")
    else:
        (path / "inside").mkdir(parents=True)

    store(toybox, root=str(root), key="k1", payload=[model])

    assert present(toybox, str(root), ["k1"]) == {"k1"}
    assert (root.parent / "victim").read_bytes() == b"of somebody else"


def test_a_change_within_a_second_is_noticed(
    toybox: Toybox, root: Path, payload: list[PayloadFile]
) -> None:
    store(toybox, root=str(root), key="k1", payload=payload[:2])
    content = root / "objects" / payload[1].file.sha256
    before = content.stat()
    content.write_bytes(b"the m0del")
    os.utime(content, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert present(toybox, str(root), ["k1"]) == frozenset()


def test_both_programs_called_stat_give_the_same_stamps(toybox: Toybox, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    command = f"cd {shlex.quote(str(tmp_path))} && {STAT} file"

    theirs = list(listed(toybox.run(command).stdout.decode()))
    ours = list(listed(LocalConnection().run(command).stdout.decode()))

    assert theirs == ours
    assert theirs[0].is_file
    assert theirs[0].stamp.fine


def test_a_phone_without_dd_gets_the_whole_file(
    toybox: Toybox, root: Path, model: PayloadFile, tmp_path: Path
) -> None:
    new = made(tmp_path / "files", "model.pte", model.file.path.read_bytes() + b"more")
    poorer = tmp_path / "programs"
    shutil.copytree(toybox.programs, poorer, symlinks=True)
    (poorer / "dd").unlink()
    store(Toybox(poorer), root=str(root), key="old", payload=[model])

    stored = store(Toybox(poorer), root=str(root), key="new", payload=[new])

    assert stored.pushed_bytes > new.file.size_bytes
    there = root / "deployments/new/model.pte"
    assert there.read_bytes() == new.file.path.read_bytes()

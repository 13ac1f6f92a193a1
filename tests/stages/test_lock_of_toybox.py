"""The lock in the words of a phone's own shell and programs: mksh and toybox."""

import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from sideload.errors import DeviceBusyError
from sideload.stages._lock import locked
from sideload.transports import Held
from sideload.transports.local import LocalConnection
from tests import toybox


class Toybox(LocalConnection):
    """This machine, where commands are understood as on a phone."""

    def __init__(self, programs: Path) -> None:
        self._programs = shlex.quote(str(programs))

    def hold(self, command: str) -> AbstractContextManager[Held]:
        words = f"exec env -i PATH={self._programs} {self._programs}/mksh -c {shlex.quote(command)}"
        return super().hold(words)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toybox.install(tmp_path_factory.mktemp("programs"))


@pytest.fixture(params=["flock", "no flock"])
def phone(request: pytest.FixtureRequest, programs: Path, tmp_path: Path) -> Iterator[Toybox]:
    if request.param == "flock":
        assert (programs / "flock").exists()
        yield Toybox(programs)
        return
    folder = tmp_path / "programs"
    shutil.copytree(programs, folder, symlinks=True)
    (folder / "flock").unlink()
    yield Toybox(folder)


def test_one_at_a_time_holds_a_phone(phone: Toybox, tmp_path: Path) -> None:
    root = str(tmp_path / "a store")

    with (
        locked(phone, root, doing="one"),
        pytest.raises(DeviceBusyError, match=r"\(one, since 2"),
        locked(phone, root, doing="two", wait_s=0.5),
    ):
        pass
    with locked(phone, root, doing="three", wait_s=0.5):
        pass


def test_who_waits_gets_it_when_the_holder_dies(phone: Toybox, tmp_path: Path) -> None:
    root = tmp_path / "store"
    with locked(phone, str(root), doing="one"):
        shell = (root / "lock.owner").read_text().split()[0]
        subprocess.run(["kill", "-9", shell], check=True)

        with locked(phone, str(root), doing="two", wait_s=20.0):
            assert (root / "lock.owner").read_text().split()[0] != shell

"""A phone with an Arm processor: its runners are made here, and really run there, under QEMU."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sideload import simulated
from sideload.errors import SideloadError
from sideload.host import debian, machine
from sideload.measure import limits, parity
from sideload.simulated import RunningPhone
from sideload.simulated.android import emulation
from tests.requires import require
from tests.road.project import Ended, Project

PHONE = {"ro.product.cpu.abi": "arm64-v8a", "ro.product.cpu.abilist": "arm64-v8a,armeabi-v7a"}
Deployments = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def qemu() -> Iterator[None]:
    """The emulator, fetched where it is not installed."""
    require(machine.abi() == "x86_64", "this machine's own programs would need no emulator")
    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get(emulation.VARIABLE) is None:
            try:
                fetched = debian.fetch(["qemu-user-static"], suite="bookworm", architecture="amd64")
            except SideloadError as error:
                require(False, str(error))
                raise
            program = fetched.folder / "usr/bin" / emulation.EMULATORS[0]
            patch.setenv(emulation.VARIABLE, str(program))
        yield


@pytest.fixture(scope="module")
def phone(qemu: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    """A simulated phone with an Arm processor."""
    del qemu
    root = tmp_path_factory.mktemp("arm") / "phone"
    with simulated.get("android").start(root, properties=PHONE) as running:
        yield running


@pytest.fixture(scope="module")
def there(
    phone: RunningPhone,
    travelled: tuple[Project, Ended],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Project, Deployments]:
    """What arrived on it, of the artifacts that went to a phone with this machine's processor."""
    project = Project(home=tmp_path_factory.mktemp("other") / "project")
    shutil.copytree(travelled[0].home, project.home)
    words = ("--target", "android", "--model", "digits", "--device", phone.address, "--json")
    ended = project.sideload("deploy", *words)
    assert ended.exit_code == 0, ended.stderr
    return project, _deployments(ended)


def _deployments(ended: Ended) -> Deployments:
    return {(one["runtime"], one["precision"]): one for one in ended.document["deployments"]}


def test_both_runtimes_and_precisions_run_on_another_processor(
    there: tuple[Project, Deployments],
) -> None:
    devices = {one["device"]["abi"] for one in there[1].values()}

    assert len(there[1]) == 4
    assert devices == {"arm64-v8a"}


def test_their_answers_are_those_of_this_machines_processor(
    there: tuple[Project, Deployments], travelled: tuple[Project, Ended]
) -> None:
    here = _deployments(travelled[1])
    for kind, one in there[1].items():
        with np.load(here[kind]["outputs"]) as expected, np.load(one["outputs"]) as got:
            names = list(expected)
            found = parity.compare(
                names,
                [tuple(expected[name] for name in names)],
                [tuple(got[name] for name in names)],
                data="the same samples",
            )

        assert found.cosine >= limits.DEVICE.cosine
        assert found.sqnr_db >= limits.DEVICE.sqnr_db


def test_licences_of_all_that_is_pushed_are_beside_the_bundle(
    there: tuple[Project, Deployments],
) -> None:
    texts = [path.read_text() for path in there[0].home.rglob("4-bundle/*/arm64-v8a/LICENSES")]

    assert len(texts) == 4
    for text in texts:
        for part in ("libc6 2.", "libstdc++6 12", "libgcc-s1 12", "Apache License"):
            assert part in text
        assert "executorch 1." in text or "onnxruntime 1." in text


def test_nothing_of_the_host_is_asked_of_the_program_but_its_own_folder(
    there: tuple[Project, Deployments],
) -> None:
    project, _ = there
    bundles = sorted(project.home.rglob("4-bundle/*/arm64-v8a"))

    for bundle in bundles:
        names = {path.name for path in bundle.iterdir()}
        assert {"ld-linux-aarch64.so.1", "libc.so.6", "libstdc++.so.6"} <= names


def test_without_an_emulator_its_programs_do_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(emulation.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert emulation.variables(tmp_path, PHONE) == {}
    assert "CPU part\t: 0xd05" in (tmp_path / "proc/cpuinfo").read_text()


def test_an_emulator_that_is_named_and_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(emulation.VARIABLE, "no-such-qemu")

    with pytest.raises(SideloadError, match="SIDELOAD_QEMU names no program: no-such-qemu"):
        emulation.variables(tmp_path, PHONE)

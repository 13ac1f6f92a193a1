"""Where no C library can be fetched: only a phone that is this machine can do without one."""

import shutil
from pathlib import Path

import pytest

from tests.road.project import Project

MODEL = ("--target", "android", "--model", "own.py:blend", "--runtime", "onnxruntime", "--json")
PRECISION = ("--precision", "float32")


@pytest.fixture
def cut_off(lowered: Project, tmp_path: Path) -> tuple[Project, dict[str, str]]:
    """A project with an exported model, an empty cache, and no mirror of Debian."""
    project = Project(home=tmp_path / "project")
    shutil.copytree(lowered.home, project.home)
    for bundles in project.home.glob("artifacts/*/*/4-bundle"):
        shutil.rmtree(bundles)
    none = {"SIDELOAD_CACHE": str(tmp_path / "cache"), "SIDELOAD_DEBIAN_MIRROR": "no-such-folder"}
    return project, none


def test_a_simulated_phone_then_uses_this_machines_and_says_so(
    cut_off: tuple[Project, dict[str, str]],
) -> None:
    project, environment = cut_off

    ended = project.sideload("deploy", *MODEL, *PRECISION, "--device", "simulated", env=environment)

    assert ended.exit_code == 0, ended.stderr
    assert "with this machine's own C library, because SIDELOAD_DEBIAN_MIRROR" in ended.stderr


def test_a_bundle_for_a_real_phone_is_then_refused(
    cut_off: tuple[Project, dict[str, str]],
) -> None:
    project, environment = cut_off

    ended = project.sideload("bundle", *MODEL, *PRECISION, env=environment)

    assert ended.exit_code == 4
    assert "SIDELOAD_DEBIAN_MIRROR=<" in ended.error["remedy"]

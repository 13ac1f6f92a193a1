"""Projects for the road's tests; what is expensive is made once and only looked at afterwards."""

from pathlib import Path

import pytest

from tests.road.project import USERS_OWN, Ended, Project

DIGITS = ("deploy", "--target", "android", "--device", "simulated", "--model", "digits")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project with a model of the user's own in `own.py`."""
    made = Project(home=tmp_path / "project")
    made.home.mkdir()
    made.file("own.py", USERS_OWN)
    return made


@pytest.fixture(scope="session")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Ended]:
    """A project in which digits went the whole road, and what the command said."""
    made = Project(home=tmp_path_factory.mktemp("travelled"))
    return made, made.sideload(*DIGITS, "--json")


@pytest.fixture(scope="session")
def lowered(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which the user's own model is exported for ONNX Runtime already."""
    made = Project(home=tmp_path_factory.mktemp("lowered"))
    made.file("own.py", USERS_OWN)
    ended = made.sideload("export", "--model", "own.py:blend", "--runtime", "onnxruntime")
    assert ended.exit_code == 0, ended.stderr
    return made

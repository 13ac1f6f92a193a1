"""The app that the tests look at from all sides."""

from pathlib import Path

import pytest

from sideload.values import Apk
from tests.projects.android.apk import app as apps
from tests.projects.android.apk.app import Made
from tests.road.project import USERS_OWN, Project


@pytest.fixture(scope="session")
def made() -> Made:
    """The app, and the command that made it."""
    return apps.made()


@pytest.fixture(scope="session")
def app(made: Made) -> Apk:
    """The app alone."""
    return made.apk


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a model of the user's own, and nothing made of it."""
    made = Project(home=tmp_path / "project")
    made.file("own.py", USERS_OWN)
    return made

"""The app that the tests look at from all sides."""

import pytest

from sideload.values import Apk
from tests.projects.android.apk import app as apps


@pytest.fixture(scope="session")
def app() -> Apk:
    return apps.made()

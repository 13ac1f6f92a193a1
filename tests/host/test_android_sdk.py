"""Where the native adb is looked for."""

from pathlib import Path

import pytest

from sideload.errors import MissingToolError
from sideload.host import android_sdk


def program(path: Path, *, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in android_sdk.VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def test_the_sdk_that_is_named_comes_before_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_path = program(tmp_path / "bin/adb")
    assert android_sdk.adb() == by_path
    old = program(tmp_path / "old/platform-tools/adb")
    monkeypatch.setenv("ANDROID_SDK_ROOT", str(tmp_path / "old"))
    assert android_sdk.adb() == old
    new = program(tmp_path / "new/platform-tools/adb")
    monkeypatch.setenv("ANDROID_HOME", str(tmp_path / "new"))

    assert android_sdk.adb() == new


def test_an_sdk_without_a_program_that_can_be_started_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "sdk/platform-tools/adb", mode=0o644)
    (tmp_path / "other/platform-tools/adb").mkdir(parents=True)
    monkeypatch.setenv("ANDROID_HOME", str(tmp_path / "sdk"))
    monkeypatch.setenv("ANDROID_SDK_ROOT", str(tmp_path / "other"))

    assert android_sdk.adb() is None


def test_an_sdk_is_found_by_variable_by_the_project_and_where_it_usually_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    project = tmp_path / "project" / "app"
    project.mkdir(parents=True)
    with pytest.raises(MissingToolError, match="no Android SDK on this machine") as refused:
        android_sdk.home(project)
    assert "export ANDROID_HOME=" in refused.value.remedy
    usual, local, named = tmp_path / "home/Android/Sdk", tmp_path / "by file", tmp_path / "named"
    for place in (usual, local, named):
        place.mkdir(parents=True)

    assert android_sdk.home(project) == usual
    (tmp_path / "project/local.properties").write_text(f"# of here\nsdk.dir={local}\n")
    assert android_sdk.home(project) == local
    monkeypatch.setenv("ANDROID_HOME", str(named))
    assert android_sdk.home(project) == named

"""Where the native adb is looked for."""

from pathlib import Path

import pytest

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

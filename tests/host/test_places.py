from pathlib import Path

import pytest

from sideload.host import places


def test_results_go_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIDELOAD_HOME", raising=False)
    monkeypatch.chdir(tmp_path)

    assert places.artifacts() == tmp_path / "artifacts"


def test_a_named_home_wins_over_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDELOAD_HOME", str(tmp_path / "elsewhere"))

    assert places.artifacts() == tmp_path / "elsewhere" / "artifacts"
    assert places.own_templates() == tmp_path / "elsewhere" / "templates"


def test_a_project_may_have_targets_of_its_own_beside_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDELOAD_HOME", str(tmp_path))

    assert places.targets() == places.shipped("targets")
    assert places.own_targets() == tmp_path / "targets"


def test_the_cache_is_the_users_unless_another_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIDELOAD_CACHE", raising=False)
    usual = places.cache()
    monkeypatch.setenv("SIDELOAD_CACHE", str(tmp_path))

    assert usual.name == "sideload"
    assert places.cache() == tmp_path


def test_templates_are_shipped_in_a_checkout() -> None:
    assert (places.templates() / "bindings").is_dir()

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


def test_a_projects_own_targets_win_over_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDELOAD_HOME", str(tmp_path))
    before = places.targets()
    (tmp_path / "targets").mkdir()
    empty = places.targets()
    (tmp_path / "targets" / "mine.yaml").touch()

    assert before == empty == places.shipped("targets")
    assert places.targets() == tmp_path / "targets"


def test_templates_are_shipped_in_a_checkout() -> None:
    assert (places.templates() / "bindings").is_dir()

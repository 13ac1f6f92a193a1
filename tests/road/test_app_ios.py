"""Models in apps for iOS, as somebody asks for them on the command line; no Mac is needed."""

from pathlib import Path

import pytest

from tests.projects.android.test_inject import tree
from tests.projects.ios.shapes import SHAPES, put
from tests.road.project import USERS_OWN, Project

SHAPE = SHAPES["a workspace with CocoaPods"]
OWN = ("--target", "ios", "--model", "own.py:blend")
ONNX = ("--runtime", "onnxruntime")


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which the user's own model is exported and bound for both runtimes."""
    made = Project(home=tmp_path_factory.mktemp("bound"))
    made.file("own.py", USERS_OWN)
    both = ("--runtime", "executorch", *ONNX)
    ended = made.sideload("bind", *OWN, *both)
    assert ended.exit_code == 0, ended.stderr
    return made


def test_a_model_goes_into_an_app_and_out_again(bound: Project, tmp_path: Path) -> None:
    app = put(SHAPE, tmp_path / "app").parent
    before = tree(tmp_path)
    shown = bound.sideload("bundle", *OWN, "--into", str(app), "--dry-run")
    assert (shown.exit_code, tree(tmp_path)) == (0, before), shown.stderr
    put_in = bound.sideload("bundle", *OWN, "--into", str(app), "--json")
    with_model = tree(tmp_path)
    again = bound.sideload("bundle", *OWN, "--into", str(app))
    taken = bound.sideload("unbundle", str(app), "--json")

    assert "+\t\t\tisa = XCLocalSwiftPackageReference;" in shown.stdout
    changed = {one["path"]: one["what"] for one in put_in.document["changes"]}
    assert changed[f"{app.name}/project.pbxproj"] == "changed"
    assert changed["SideloadModels/Sources/SideloadModels/Models/own-blend.pte"] == "added"
    assert "was published without frameworks for iOS" in put_in.document["notes"][0]
    assert with_model.keys() - before.keys() == {
        f"app/{path}" for path, what in changed.items() if what == "added"
    }
    assert "nothing to change" in again.stdout
    assert "was published without frameworks for iOS" in again.stdout
    assert {one["what"] for one in taken.document["changes"]} == {"changed", "removed"}
    assert tree(tmp_path) == before


def test_a_new_app_measures_the_model_over_the_runtime_that_was_named(
    bound: Project, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    ended = bound.sideload("bundle", *OWN, *ONNX, "--new", str(folder))
    again = bound.sideload("bundle", *OWN, *ONNX, "--new", str(folder), "--json")
    models = folder / "SideloadModels/Sources/SideloadModels/Models"

    assert ended.exit_code == 0, ended.stderr
    assert "and the app links 1.24.2" in ended.stdout
    assert [path.name for path in models.iterdir()] == ["own-blend.onnx"]
    assert "try OwnBlend.bundled()" in (folder / "SideloadBenchmark/Cases.swift").read_text("utf-8")
    assert again.document["changes"] == []


def test_a_folder_without_an_xcode_project_is_refused_before_anything_is_exported(
    tmp_path: Path,
) -> None:
    project = Project(home=tmp_path / "home")
    project.home.mkdir()
    project.file("own.py", USERS_OWN)
    ended = project.sideload("bundle", *OWN, "--into", str(tmp_path / "nowhere"), "--json")

    assert ended.error["exit_code"] == 2
    assert "there is no Xcode project in" in ended.stderr
    assert not (project.home / "artifacts").exists()

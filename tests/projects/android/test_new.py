import re
import tomllib
from pathlib import Path

import pytest

from sideload import projects
from sideload.errors import EditedError, ProjectError
from sideload.projects import AppModel
from sideload.projects.android import _gradle
from tests.bindings import models
from tests.projects.android.models import both, model
from tests.projects.android.test_inject import tree

ANDROID = projects.get("android")
STUBS = Path(__file__).parent / "stubs"
Given = list[list[models.Array]]


def made(folder: Path, *wanted: AppModel) -> Path:
    projects.apply(ANDROID.create(folder / "new", wanted or both(folder / "made")))
    return folder / "new"


def test_a_new_project_is_one_that_models_could_be_put_into(tmp_path: Path) -> None:
    app = _gradle.find(made(tmp_path))

    assert app.build.name == "app/build.gradle.kts"
    assert {script.name for script in _gradle.scripts(app.root, app.settings)} == {
        "settings.gradle.kts",
        "build.gradle.kts",
        "app/build.gradle.kts",
        "sideload-models/build.gradle.kts",
    }


def test_every_alias_is_in_the_catalog_and_every_bracket_is_closed(tmp_path: Path) -> None:
    folder = made(tmp_path)
    catalog = tomllib.loads((folder / "gradle/libs.versions.toml").read_text("utf-8"))
    known = {name.replace("-", ".") for name in catalog["libraries"]}
    known |= {f"plugins.{name.replace('-', '.')}" for name in catalog["plugins"]}
    for script in folder.rglob("*.gradle.kts"):
        text = script.read_text("utf-8")
        assert set(re.findall(r"\blibs\.([\w.]+)", text)) <= known, script
        assert text.count("{") == text.count("}"), script
        assert text.count("(") == text.count(")"), script
        assert "http" not in text, script

    used = {
        entry["version"]["ref"]
        for kind in ("libraries", "plugins")
        for entry in catalog[kind].values()
    }
    assert used == set(catalog["versions"])


def test_an_app_without_onnx_runtime_says_nothing_of_it(tmp_path: Path) -> None:
    folder = made(tmp_path, model(tmp_path / "made", runtime="executorch"))
    library = folder / "sideload-models"

    assert b"onnx" not in (library / "src/main/AndroidManifest.xml").read_bytes()
    script = (library / "build.gradle.kts").read_text("utf-8")
    assert 'implementation("org.pytorch:executorch-android:1.5.1")' in script
    assert "minSdk = 26\n" in script
    assert "ai.onnxruntime" not in (library / "consumer-rules.pro").read_text("utf-8")


def test_the_oldest_android_is_the_one_that_all_runtimes_know(tmp_path: Path) -> None:
    only_onnx = made(tmp_path / "a", model(tmp_path / "made"))
    two = made(tmp_path / "b")

    assert "minSdk = 24\n" in (only_onnx / "app/build.gradle.kts").read_text("utf-8")
    assert "minSdk = 26\n" in (two / "app/build.gradle.kts").read_text("utf-8")


def small_limit(home: Path) -> None:
    """A table of the user's own, that allows next to nothing in the app itself."""
    own = home / "templates/apps/android/android.toml"
    own.parent.mkdir(parents=True)
    shipped = Path(__file__).parents[3] / "templates/apps/android/android.toml"
    text = shipped.read_text("utf-8")
    own.write_text(text.replace("asset_pack_above_mb = 150", "asset_pack_above_mb = 0"))


def test_large_models_are_an_asset_pack_that_is_installed_with_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_limit(tmp_path / "home")
    monkeypatch.setenv("SIDELOAD_HOME", str(tmp_path / "home"))
    folder = made(tmp_path)
    pack = folder / "sideload-assets"

    assert {path.name for path in (pack / "src/main/assets/sideload").iterdir()} == {
        "digits.onnx",
        "minilm.pte",
    }
    assert 'deliveryType.set("install-time")' in (pack / "build.gradle.kts").read_text("utf-8")
    assert 'assetPacks.add(":sideload-assets")' in (folder / "app/build.gradle.kts").read_text(
        "utf-8"
    )
    assert 'include(":sideload-assets")' in (folder / "settings.gradle.kts").read_text("utf-8")
    assert not (folder / "sideload-models/src/main/assets").exists()


def test_the_second_time_changes_nothing_and_an_edit_is_not_overwritten(tmp_path: Path) -> None:
    folder = made(tmp_path)
    assert ANDROID.create(folder, both(tmp_path / "made")).changes == ()
    (folder / "README.md").write_text("mine")

    with pytest.raises(EditedError, match=r"README\.md since sideload wrote it"):
        ANDROID.create(folder, both(tmp_path / "made"))


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "thesis.txt").write_text("years")

    with pytest.raises(ProjectError, match="was not made by sideload"):
        made(tmp_path)
    assert set(tree(tmp_path / "new")) == {"thesis.txt"}


def test_a_new_project_leaves_as_it_came(tmp_path: Path) -> None:
    folder = made(tmp_path)
    projects.apply(ANDROID.remove(folder))

    assert tree(folder) == {}

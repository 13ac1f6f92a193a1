from dataclasses import replace
from pathlib import Path

import pytest

from sideload import projects
from tests.projects.android.models import both
from tests.projects.android.shapes import SHAPES, put
from tests.projects.android.test_new import small_limit

ANDROID = projects.get("android")
STUDIO = SHAPES["as Android Studio makes it"]
ADDRESS = 'https://example.com/it"s $models'


def fetched(folder: Path) -> list[projects.AppModel]:
    """The first model is fetched, the other one carried."""
    first, second = both(folder)
    return [replace(first, address=ADDRESS), second]


def test_a_model_that_is_fetched_is_not_in_the_app(tmp_path: Path) -> None:
    changes = ANDROID.create(tmp_path / "new", fetched(tmp_path / "made"))
    projects.apply(changes)
    module = tmp_path / "new/sideload-models/src/main"
    sources = module / "kotlin/sideload/models"

    assert [path.name for path in (module / "assets/sideload").iterdir()] == ["minilm.pte"]
    downloaded = (sources / "Downloaded.kt").read_text("utf-8")
    assert r'ModelDownload("https://example.com/it\"s \$models")' in downloaded
    assert "Minilm" not in downloaded
    assert "Digits" not in (sources / "Bundled.kt").read_text("utf-8")
    assert 'listOf("pte")' in (tmp_path / "new/app/build.gradle.kts").read_text("utf-8")
    [note] = changes.notes
    assert note.startswith("publish ")
    assert note.endswith(f"digits.onnx at {ADDRESS}/digits.onnx")


def test_an_app_asks_for_the_network_only_where_it_fetches(tmp_path: Path) -> None:
    models = fetched(tmp_path / "made")
    for name, held in (("fetches", models), ("carries", models[1:])):
        projects.apply(ANDROID.create(tmp_path / name, held))
    asked = {
        name: "permission.INTERNET"
        in (tmp_path / name / "sideload-models/src/main/AndroidManifest.xml").read_text("utf-8")
        for name in ("fetches", "carries")
    }

    assert asked == {"fetches": True, "carries": False}


def test_what_is_fetched_needs_no_asset_pack_however_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_limit(tmp_path / "home")
    monkeypatch.setenv("SIDELOAD_HOME", str(tmp_path / "home"))
    models = [replace(one, address=ADDRESS) for one in both(tmp_path / "made")]
    app = put(STUDIO, tmp_path / "app")
    changes = ANDROID.inject(app, models)
    projects.apply(changes)
    script = (app / "app/build.gradle.kts").read_text("utf-8")

    assert not (app / "sideload-assets").exists()
    assert "noCompress" not in script
    assert 'implementation(project(":sideload-models"))' in script
    assert len(changes.notes) == 2
    assert ANDROID.inject(app, models).changes == ()
    projects.apply(ANDROID.remove(app))
    assert (app / "app/build.gradle.kts").read_text("utf-8") == STUDIO.files[STUDIO.app]


def test_a_model_that_is_carried_again_comes_back(tmp_path: Path) -> None:
    app = put(STUDIO, tmp_path / "app")
    projects.apply(ANDROID.inject(app, fetched(tmp_path / "made")))
    projects.apply(ANDROID.inject(app, both(tmp_path / "made")))
    held = {path.name for path in (app / "sideload-models").rglob("*")}

    assert "Downloaded.kt" not in held
    assert "digits.onnx" in held

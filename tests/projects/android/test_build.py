import zipfile
from pathlib import Path

import pytest

from sideload import projects
from sideload.errors import MissingToolError, ProjectError, ToolFailedError
from sideload.projects.android import build
from tests.host.gradles import installed, nowhere
from tests.projects.android.models import both
from tests.projects.android.shapes import SHAPES, put
from tests.projects.android.test_inject import tree
from tests.projects.android.test_new import small_limit

ANDROID = projects.get("android")
STUDIO = SHAPES["as Android Studio makes it"]


def new(folder: Path) -> Path:
    projects.apply(ANDROID.create(folder / "new", both(folder / "made")))
    return folder / "new"


def test_a_new_app_is_built_as_it_would_be_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch)
    [apk] = build.build(new(tmp_path)).files

    assert apk.path == tmp_path / "new/app/build/outputs/apk/release/app-release.apk"
    with zipfile.ZipFile(apk.path) as file:
        assert file.read("AndroidManifest.xml").decode() == str(tmp_path / "sdk")


def test_an_app_of_somebody_is_built_without_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch)
    app = put(STUDIO, tmp_path / "app")
    projects.apply(ANDROID.inject(app, both(tmp_path / "made")))
    old = app / "app/build/outputs/apk/release"
    old.mkdir(parents=True)
    (old / "output-metadata.json").write_text('{"variantName": "release", "elements": []}')

    assert [one.path.name for one in build.build(app).files] == ["app-debug.apk"]


def test_large_models_are_built_into_an_app_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_limit(tmp_path / "home")
    monkeypatch.setenv("SIDELOAD_HOME", str(tmp_path / "home"))
    installed(tmp_path, monkeypatch)

    assert [one.path.name for one in build.build(new(tmp_path)).files] == ["app-release.aab"]


def test_a_project_with_what_a_build_left_there_still_leaves_as_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, version="8.7")
    folder = new(tmp_path)
    build.build(folder)
    assert ANDROID.create(folder, both(tmp_path / "made")).changes == ()
    projects.apply(ANDROID.remove(folder))

    left = {Path(path).parts[0] for path in tree(folder)}
    assert left == {"app", "gradle", "gradlew", "gradlew.bat"}


def test_a_build_that_cannot_be_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = new(tmp_path)
    with monkeypatch.context() as patched:
        installed(tmp_path, patched, failure="> Compilation error. See log for more details")
        with pytest.raises(ToolFailedError, match="Compilation error"):
            build.build(folder)
    nowhere(tmp_path, monkeypatch)

    with pytest.raises(MissingToolError, match="Gradle is not installed"):
        build.build(folder)


def test_a_list_of_apps_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch)
    folder = new(tmp_path)
    (folder / "app/build/outputs/apk/other").mkdir(parents=True)
    (folder / "app/build/outputs/apk/other/output-metadata.json").write_text("{}")

    with pytest.raises(ProjectError, match="lists no APK"):
        build.build(folder)


def test_what_a_build_made_otherwise_than_it_was_meant_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installed(tmp_path, monkeypatch)
    folder = new(tmp_path)
    assert build.build(folder).notes == ()
    with zipfile.ZipFile(program.with_name("content.zip"), "w") as file:
        file.writestr("lib/arm64-v8a/libruntime.so", b"one")
        file.writestr("lib/armeabi-v7a/libruntime.so", b"one")
        file.writestr("assets/sideload/digits.onnx", b"one", zipfile.ZIP_DEFLATED)
    pages, compressed = build.build(folder).notes

    assert pages.startswith("lib/arm64-v8a/libruntime.so is not at a page of 16 KB")
    assert compressed.startswith("assets/sideload/digits.onnx is compressed in app-release.apk")

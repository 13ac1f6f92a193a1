import hashlib
from pathlib import Path

import pytest

from sideload import projects
from sideload.errors import EditedError, ProjectError
from sideload.projects.android import _text
from tests.projects.android.models import both, model
from tests.projects.android.shapes import SHAPES, put

NAMES = list(SHAPES)
ANDROID = projects.get("android")


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def injected(name: str, tmp_path: Path) -> Path:
    app = put(SHAPES[name], tmp_path / "app")
    projects.apply(ANDROID.inject(app, both(tmp_path / "made")))
    return app


@pytest.mark.parametrize("name", NAMES)
def test_every_byte_is_restored(name: str, tmp_path: Path) -> None:
    put(SHAPES[name], tmp_path / "app")
    before = tree(tmp_path / "app")
    app = injected(name, tmp_path)
    assert tree(tmp_path / "app") != before
    projects.apply(ANDROID.remove(app))

    assert tree(tmp_path / "app") == before
    assert not list((tmp_path / "app").rglob("sideload-*"))


@pytest.mark.parametrize("name", NAMES)
def test_the_second_time_changes_nothing(name: str, tmp_path: Path) -> None:
    app = injected(name, tmp_path)

    assert ANDROID.inject(app, both(tmp_path / "made")).changes == ()


@pytest.mark.parametrize("name", NAMES)
def test_only_the_settings_and_the_app_are_changed_and_only_by_new_lines(
    name: str, tmp_path: Path
) -> None:
    shape = SHAPES[name]
    put(shape, tmp_path / "app")
    before = tree(tmp_path / "app")
    injected(name, tmp_path)
    after = tree(tmp_path / "app")

    assert {path for path in before if after[path] != before[path]} == {shape.app, shape.settings}
    assert all("sideload-models/" in path for path in after.keys() - before.keys())
    for path in (shape.app, shape.settings):
        old = shape.files[path]
        now = (tmp_path / "app" / path).read_bytes()
        assert now.startswith(old.encode() if isinstance(old, str) else old)


@pytest.mark.parametrize("name", NAMES)
def test_the_module_fits_into_the_project(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    app = put(shape, tmp_path / "app")
    changes = ANDROID.inject(app, both(tmp_path / "made"))
    projects.apply(changes)
    script = (changes.root / "sideload-models" / "build.gradle.kts").read_text("utf-8")
    applied = script.partition("plugins {")[2].partition("}")[0].split("\n")

    assert tuple(line.strip() for line in applied if line.strip()) == shape.plugins
    assert f"compileSdk = {shape.compile_sdk}\n" in script
    assert ("JvmTarget.JVM_11" in script) == (len(shape.plugins) > 1)
    assert len(changes.notes) == shape.notes, changes.notes


def test_each_language_is_spoken_in_its_own_scripts(tmp_path: Path) -> None:
    injected("as Android Studio makes it", tmp_path / "kotlin")
    injected("Groovy with flavours", tmp_path / "groovy")
    kotlin = (tmp_path / "kotlin/app/app/build.gradle.kts").read_text("utf-8")
    groovy = (tmp_path / "groovy/app/app/build.gradle").read_text("utf-8")

    assert 'noCompress += listOf("onnx", "pte")' in kotlin
    assert 'implementation(project(":sideload-models"))' in kotlin
    assert "noCompress.addAll(['onnx', 'pte'])" in groovy
    assert "implementation project(':sideload-models')" in groovy


def test_a_changed_model_is_exchanged_and_nothing_else(tmp_path: Path) -> None:
    app = injected(NAMES[0], tmp_path)
    other = both(tmp_path / "made")[1]
    changes = ANDROID.inject(app, [model(tmp_path / "new", content=b"better"), other])
    projects.apply(changes)

    changed = [change.path.name for change in changes.changes]
    assert changed == [".sideload.json", "Digits.kt", "digits.onnx"]
    held = tmp_path / "app/sideload-models/src/main/assets/sideload/digits.onnx"
    assert held.read_bytes() == b"better"


def test_models_that_are_not_asked_for_any_more_leave(tmp_path: Path) -> None:
    app = injected(NAMES[0], tmp_path)
    projects.apply(ANDROID.inject(app, both(tmp_path / "made")[:1]))
    held = tree(tmp_path / "app")

    assert not [path for path in held if "minilm" in path.lower()]
    assert "pte" not in (tmp_path / "app/app/build.gradle.kts").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_an_edit_between_the_marks_is_refused_with_file_and_lines(
    name: str, tmp_path: Path
) -> None:
    app = injected(name, tmp_path)
    path = tmp_path / "app" / SHAPES[name].app
    data = path.read_bytes()
    path.write_bytes(data.replace(b":sideload-models", b":mine"))
    before = tree(tmp_path / "app")

    script = path.name.replace(".", r"\.")
    with pytest.raises(EditedError, match=rf"{script}, lines \d+ to \d+: somebody changed"):
        ANDROID.remove(app)
    with pytest.raises(EditedError, match=rf"{script}, lines \d+ to \d+: somebody changed"):
        ANDROID.inject(app, both(tmp_path / "made"))
    assert tree(tmp_path / "app") == before


def test_what_the_user_writes_below_our_lines_stays_there(tmp_path: Path) -> None:
    app = injected(NAMES[0], tmp_path)
    path = tmp_path / "app" / SHAPES[NAMES[0]].app
    old = SHAPES[NAMES[0]].files["app/build.gradle.kts"]
    path.write_bytes(path.read_bytes() + b"// mine\n")
    assert ANDROID.inject(app, both(tmp_path / "made")).changes == ()
    projects.apply(ANDROID.remove(app))

    assert path.read_text("utf-8") == f"{old!s}// mine\n"


def test_scripts_are_found_again_when_the_settings_lead_to_them_no_more(tmp_path: Path) -> None:
    app = injected(NAMES[0], tmp_path)
    settings = app / "settings.gradle.kts"
    settings.write_text(settings.read_text("utf-8").replace('include(":app")', "val a = 1"))
    projects.apply(ANDROID.remove(app))

    assert "sideload" not in (app / "app/build.gradle.kts").read_text("utf-8")


def test_a_dry_run_is_a_diff_that_touches_nothing(tmp_path: Path) -> None:
    app = put(SHAPES[NAMES[0]], tmp_path / "app")
    before = tree(app)
    shown = projects.diff(ANDROID.inject(app, both(tmp_path / "made")))

    assert tree(app) == before
    assert "--- a/settings.gradle.kts\n+++ b/settings.gradle.kts\n" in shown
    assert '+include(":sideload-models")\n' in shown
    assert "new file sideload-models/src/main/assets/sideload/digits.onnx (" in shown


def test_a_folder_without_an_app_is_refused_with_what_to_name(tmp_path: Path) -> None:
    models = both(tmp_path / "made")
    with pytest.raises(ProjectError, match="there is no Gradle project"):
        ANDROID.inject(tmp_path, models)
    shape = SHAPES["two apps, of which one is named"]
    app = put(shape, tmp_path / "app").parent
    with pytest.raises(ProjectError, match="several apps") as refused:
        ANDROID.inject(app, models)
    assert "--into" in refused.value.remedy
    (app / "settings.gradle.kts").write_text("")

    with pytest.raises(ProjectError, match="no module of"):
        ANDROID.inject(app, models)


def test_there_is_nothing_to_remove_where_nothing_was_put(tmp_path: Path) -> None:
    app = put(SHAPES[NAMES[0]], tmp_path / "app")

    with pytest.raises(ProjectError, match="nothing of sideload is in"):
        ANDROID.remove(app)


def test_one_app_carries_a_model_once(tmp_path: Path) -> None:
    app = put(SHAPES[NAMES[0]], tmp_path / "app")
    twice = [model(tmp_path / "made"), model(tmp_path / "made", runtime="executorch")]

    with pytest.raises(ProjectError, match="cannot hold digits twice"):
        ANDROID.inject(app, twice)


def test_a_module_outside_of_the_project_is_left_alone(tmp_path: Path) -> None:
    app = put(SHAPES["a module whose folder is elsewhere"], tmp_path / "app")
    settings = app / "settings.gradle"
    settings.write_text(settings.read_text().replace("mobile/the client", "../other"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "build.gradle").write_text("apply plugin: 'com.android.application'\n")

    with pytest.raises(ProjectError, match="is left alone"):
        ANDROID.inject(app, both(tmp_path / "made"))


@pytest.mark.parametrize(
    ("text", "kotlin", "groovy"),
    [
        ("onnx", '"onnx"', "'onnx'"),
        ('a"b', '"a\\"b"', "'a\"b'"),
        ("it's", '"it\'s"', "'it\\'s'"),
        ("${x} $y", '"\\${x} \\$y"', "'${x} $y'"),
        ("\\u0027", '"\\\\u0027"', "'\\\\u0027'"),
        (
            "a\nb\x00猫🐈",
            '"a\\nb\\u0000\\u732b\\ud83d\\udc08"',
            "'a\\nb\\u0000\\u732b\\ud83d\\udc08'",
        ),
    ],
)
def test_no_text_can_leave_its_literal(text: str, kotlin: str, groovy: str) -> None:
    assert _text.kotlin(text) == kotlin
    assert _text.groovy(text) == groovy


def test_an_app_whose_libraries_newer_phones_refuse_is_told_so(tmp_path: Path) -> None:
    old = put(SHAPES["Groovy, with plugins applied the old way"], tmp_path / "old")
    [note] = ANDROID.inject(old, both(tmp_path / "made")).notes
    new = put(SHAPES[NAMES[0]], tmp_path / "new")

    assert note.startswith("Android's plugin 8.1.4 puts native libraries where phones with pages")
    assert ANDROID.inject(new, both(tmp_path / "made")).notes == ()

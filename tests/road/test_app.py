from pathlib import Path

import pytest

from tests.host import gradles
from tests.projects.android.shapes import SHAPES, put
from tests.projects.android.test_inject import tree
from tests.road.project import Project

SHAPE = SHAPES["as Android Studio makes it"]
OWN = ("--target", "android", "--model", "own.py:blend", "--runtime", "onnxruntime")


def test_a_model_goes_into_an_app_and_out_again(lowered: Project, tmp_path: Path) -> None:
    app = put(SHAPE, tmp_path / "app")
    before = tree(app)
    shown = lowered.sideload("bundle", *OWN, "--into", str(app), "--dry-run")
    assert (shown.exit_code, tree(app)) == (0, before), shown.stderr
    put_in = lowered.sideload("bundle", *OWN, "--into", str(app), "--json")
    with_model = tree(app)
    again = lowered.sideload("bundle", *OWN, "--into", str(app), "--json")
    taken = lowered.sideload("unbundle", str(app), "--json")

    assert '+include(":sideload-models")' in shown.stdout
    changed = {one["path"]: one["what"] for one in put_in.document["changes"]}
    assert changed["app/build.gradle.kts"] == "changed"
    assert changed["sideload-models/src/main/assets/sideload/own-blend.onnx"] == "added"
    assert put_in.document["dry_run"] is False
    assert again.document["changes"] == []
    assert with_model.keys() - before.keys() == {
        path for path, what in changed.items() if what == "added"
    }
    assert {one["what"] for one in taken.document["changes"]} == {"changed", "removed"}
    assert tree(app) == before


def test_an_edit_in_the_app_is_refused_with_its_lines(lowered: Project, tmp_path: Path) -> None:
    app = put(SHAPE, tmp_path / "app")
    lowered.sideload("bundle", *OWN, "--into", str(app))
    settings = app / "settings.gradle.kts"
    settings.write_text(settings.read_text("utf-8").replace(":sideload-models", ":mine"))
    edited = tree(app)
    ended = lowered.sideload("unbundle", str(app))

    assert ended.exit_code == 2
    assert "settings.gradle.kts, lines 9 to 11: somebody changed what was added" in ended.stderr
    assert tree(app) == edited


def test_a_new_app_carries_each_model_once(lowered: Project, tmp_path: Path) -> None:
    ended = lowered.sideload("bundle", *OWN, "--new", str(tmp_path / "new"), "--json")
    assets = tmp_path / "new/sideload-models/src/main/assets/sideload"

    assert ended.exit_code == 0, ended.stderr
    assert [path.name for path in assets.iterdir()] == ["own-blend.onnx"]
    assert '"OwnBlend" to' in "".join(
        path.read_text("utf-8") for path in (tmp_path / "new").rglob("Models.kt")
    )


def test_an_app_cannot_be_both_new_and_there(lowered: Project) -> None:
    ended = lowered.sideload("bundle", *OWN, "--new", "a", "--into", "b")

    assert ended.exit_code == 2
    assert "an app is either new or there already" in ended.stderr


@pytest.mark.parametrize(
    ("target", "option", "said"),
    [
        ("android", "--into", "there is no Gradle project in"),
        ("android", "--new", "is there already, and was not made by sideload"),
        ("ios", "--into", "there is no Xcode project in"),
        ("ios", "--new", "is there already, and was not made by sideload"),
    ],
)
def test_a_folder_that_will_not_do_is_told_before_anything_is_exported(
    project: Project, tmp_path: Path, target: str, option: str, said: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    ended = project.sideload("bundle", "--target", target, option, str(tmp_path / "mine"), "--json")

    assert ended.exit_code == 2
    assert said in ended.error["message"]
    assert not (project.home / "artifacts").exists()


def test_an_app_that_somebody_edited_is_told_before_anything_is_exported(
    project: Project, lowered: Project, tmp_path: Path
) -> None:
    app = put(SHAPE, tmp_path / "app")
    lowered.sideload("bundle", *OWN, "--into", str(app))
    notes = app / "sideload-models" / "added.json"
    notes.write_text(notes.read_text("utf-8") + "\n")
    ended = project.sideload("bundle", "--into", str(app), "--json")

    assert (ended.exit_code, ended.error["type"]) == (2, "EditedError")
    assert not (project.home / "artifacts").exists()


def test_a_folder_without_an_app_is_said_to_be_none(lowered: Project, tmp_path: Path) -> None:
    into = lowered.sideload("bundle", *OWN, "--into", str(tmp_path))
    out = lowered.sideload("unbundle", str(tmp_path))

    assert (into.exit_code, out.exit_code) == (2, 2)
    assert "there is no Gradle project in" in into.stderr
    assert "nothing of sideload is in" in out.stderr


def test_gradle_builds_the_app_that_was_made(
    lowered: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "new"
    gradles.installed(tmp_path, monkeypatch)
    seen = lowered.sideload("bundle", *OWN, "--new", str(new), "--gradle", "--dry-run", "--json")
    assert (seen.exit_code, new.exists()) == (0, False), seen.stderr
    assert "built" not in seen.document
    ended = lowered.sideload("bundle", *OWN, "--new", str(new), "--gradle", "--json")

    assert ended.exit_code == 0, ended.stderr
    [built] = ended.document["built"]
    assert Path(built["path"]) == new / "app/build/outputs/apk/release/app-release.apk"
    assert built["size_bytes"] == Path(built["path"]).stat().st_size


def test_gradle_makes_an_apk_where_it_is_asked_to(
    lowered: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gradles.installed(tmp_path, monkeypatch)
    apk = tmp_path / "app.apk"
    first = lowered.sideload("bundle", *OWN, "--apk", str(apk), "--gradle", "--json")
    again = lowered.sideload("bundle", *OWN, "--apk", "--gradle", "--json")

    assert (first.exit_code, again.exit_code) == (0, 0), first.stderr + again.stderr
    assert apk.read_bytes() == Path(first.document["built"][0]["path"]).read_bytes()
    assert Path(first.document["project"]).is_relative_to(lowered.home / "artifacts")
    assert again.document["changes"] == []
    assert again.document["built"] == first.document["built"]


def test_gradle_is_asked_for_with_an_app_on_a_machine_that_has_it(
    lowered: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = lowered.sideload("bundle", *OWN, "--gradle")
    ios = lowered.sideload("bundle", "--target", "ios", "--new", str(tmp_path / "a"), "--gradle")
    gradles.nowhere(tmp_path, monkeypatch)
    missing = lowered.sideload("bundle", *OWN, "--new", str(tmp_path / "b"), "--gradle")

    both = lowered.sideload("bundle", *OWN, "--apk", "--gradle", "--aar", "a.aar")

    assert [one.exit_code for one in (without, ios, both, missing)] == [2, 2, 2, 4]
    assert "--apk without --download" in both.stderr
    assert "--new or --into, one of them" in without.stderr
    assert "Gradle builds no apps for ios" in ios.stderr
    assert "Gradle is not installed" in missing.stderr


def test_an_app_may_fetch_its_models_from_where_they_are_published(
    lowered: Project, tmp_path: Path
) -> None:
    where = ("--download", "https://example.com/models/")
    made = lowered.sideload("bundle", *OWN, "--new", str(tmp_path / "new"), *where, "--json")
    open_ = lowered.sideload("bundle", *OWN, "--new", str(tmp_path / "b"), "--download", "http://a")
    module = tmp_path / "new/sideload-models/src/main"

    assert made.exit_code == 0, made.stderr
    [note] = made.document["notes"]
    published = note.rpartition(" ")[2]
    assert published.startswith("https://example.com/models/")
    assert published.endswith("/own-blend.onnx")
    folder = published.removesuffix("/own-blend.onnx")
    opened = (module / "kotlin/sideload/models/Downloaded.kt").read_text("utf-8")
    assert f'ModelDownload("{folder}")' in opened
    assert not (module / "assets").exists()
    assert (open_.exit_code, (tmp_path / "b").exists()) == (2, False)
    assert "no address that an app may fetch models from" in open_.stderr

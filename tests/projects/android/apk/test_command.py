"""`bundle --apk` as a user types it: what it says, what it keeps, and what it refuses."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sideload.commands import apk as command
from sideload.commands import road
from sideload.errors import UsageError
from sideload.host import files, java
from sideload.projects.android.apk import Packaging
from sideload.stages import apk as stage
from sideload.values import Apk
from tests.projects.android.apk import aars
from tests.projects.android.apk import app as apps
from tests.projects.android.apk.app import Made
from tests.road.project import Project


@pytest.fixture
def copied(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that has made the app already, for a test to change."""
    home = tmp_path / "home"
    shutil.copytree(made.project.home, home, copy_function=shutil.copy2)
    monkeypatch.setenv("SIDELOAD_HOME", str(home))
    return home


def why(made: Made, packaging: Packaging | None = None) -> str:
    # The sources stay where they are, for models have names by their places.
    return stage.look(apps.lowered(made.project.home), packaging or Packaging()).why


def test_it_says_what_the_app_is_and_puts_it_where_it_is_wanted(made: Made) -> None:
    told = made.ended.document["apk"]

    assert (told["package"], told["abis"]) == ("dev.sideload.benchmark", ["x86_64"])
    assert told["models"] == list(made.apk.models)
    assert told["file"]["path"] == str(Path("out/sideload-benchmark.apk"))
    assert files.sha256(made.place) == told["file"]["sha256"] == made.apk.file.sha256


def test_the_second_time_nothing_is_made(made: Made) -> None:
    shown = made.project.sideload(*made.words[:-1], "--dry-run")
    before = (made.apk.file.path.stat().st_ino, made.apk.file.path.stat().st_mtime_ns)
    again = made.project.sideload(*made.words)

    assert shown.stdout.count("keep: nothing changed") == 3, shown.stdout
    assert again.document == made.ended.document
    assert "compile" not in again.stderr
    after = made.apk.file.path.stat()
    assert (after.st_ino, after.st_mtime_ns) == before


def test_without_json_it_says_how_to_try_the_app(made: Made) -> None:
    # Where a line ends depends on how long the name of the folder is.
    said = " ".join(made.project.sideload(*made.words[:-2]).stdout.split())

    assert "adb install -r " in said
    assert "adb shell am start -W -n dev.sideload.benchmark/" in said
    assert f"--es model {made.apk.models[0]}" in said
    assert "not for arm64-v8a" in said


def test_a_model_a_library_a_key_or_a_template_that_changed_is_why_it_is_made_anew(
    made: Made, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = copied / "templates/apps/android/project/app/BenchmarkActivity.kt.j2"
    shipped = Path(__file__).parents[4] / "templates/apps/android/project/app" / own.name
    files.write_text(own, shipped.read_text("utf-8") + "// mine\n")
    assert why(made) == "the app changed"
    own.unlink()
    assert why(made) == ""
    aars.write(copied / "o.aar", {"classes.jar": aars.zipped({"o/O.class": b""})})
    assert why(made, Packaging(aars=(copied / "o.aar",))) == "the runtime libraries changed"
    files.write_text(copied / "own.p12", "keys")
    monkeypatch.setenv("SIDELOAD_KEYSTORE_PASSWORD", "a password")
    other = Packaging(keystore=copied / "own.p12")
    assert why(made, other) == "the signing key changed"
    (item, artifact), *others = apps.lowered(made.project.home)
    files.write_text(copied / artifact.file.path.name, "another model")
    another = replace(artifact, file=files.ref(copied / artifact.file.path.name))
    changed = stage.look([(item, another), *others], Packaging())
    # Its class knows the hash of the file.
    assert changed.why == "the models and the app changed"


def test_each_set_of_models_is_an_app_of_its_own(made: Made, copied: Path) -> None:
    pairs = apps.lowered(made.project.home)

    assert copied.is_dir()
    assert stage.look(pairs[:1], Packaging()).why == "nothing is there yet"
    assert stage.look(pairs[::-1], Packaging()).why == "nothing is there yet"


def test_what_would_be_made_is_said_before_there_is_anything(project: Project) -> None:
    words = ("--target", "android", "--model", "own.py:blend", "--runtime", "onnxruntime")
    shown = project.sideload("bundle", *words, "--precision", "float32", "--apk", "--dry-run")

    # Where a line ends depends on how long the name of the folder is.
    assert "what it needs is made anew" in " ".join(shown.stdout.split())
    assert not (project.home / "artifacts").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"apk": "x.txt"}, "neither a folder nor called like an APK"),
        ({"apk": True, "aar": ["no.aar"]}, "there is no file"),
        ({"apk": True, "keystore": "no.p12"}, "there is no keystore"),
        ({"apk": True, "key_alias": "mine"}, "names a key of a file"),
        ({"aar": ["no.aar"]}, "are about an APK"),
        ({"apk": True, "new": "folder"}, "no project that could be edited"),
        ({"apk": True, "target": "ios"}, "the target ios is for ios"),
    ],
)
def test_wrong_words_are_refused_before_anything_is_exported(
    project: Project, monkeypatch: pytest.MonkeyPatch, typed: dict[str, Any], said: str
) -> None:
    aars.has_tools()
    monkeypatch.setenv("SIDELOAD_HOME", str(project.home))
    model = [str(project.home / "own.py:blend")]
    words = road.typed(typed.get("target", "android"), model, None, None, None, 0, None)
    given = (typed.get(name, "") for name in ("apk", "aar", "keystore", "key_alias"))
    wanted = command.wanted(*given)

    with pytest.raises(UsageError, match=said):
        command.bundle(words, wanted, new=typed.get("new", ""), into="", is_dry=False)
    assert not (project.home / "artifacts").exists()


def test_a_missing_library_is_told_before_anything_is_exported(project: Project) -> None:
    words = ("--model", "own.py:blend", "--runtime", "onnxruntime", "--apk", "--json")
    nobody = {"HOME": str(project.home), "PATH": str(project.home)}
    ended = project.sideload("bundle", *words, env={**nobody, "JAVA_HOME": str(java.home())})

    assert (ended.exit_code, ended.error["type"]) == (4, "MissingLibraryError")
    assert "aars/onnxruntime-android-1.28.0.aar" in ended.error["remedy"]
    assert not (project.home / "artifacts").exists()


def test_an_app_is_put_nowhere_but_at_an_apk(app: Apk, tmp_path: Path) -> None:
    assert stage.put(app, tmp_path) == tmp_path / "sideload-benchmark.apk"
    assert stage.put(app, tmp_path / "new folder/my.apk").read_bytes()[:2] == b"PK"

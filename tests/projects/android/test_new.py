import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from sideload import projects
from sideload.errors import EditedError, ProjectError
from sideload.host import files
from sideload.languages.kotlin import ADAPTER
from sideload.measure import lines
from sideload.projects import AppModel
from sideload.projects.android import _gradle
from sideload.values import Bindings, Dimension
from tests.bindings import artifacts, kotlin_tools, models
from tests.bindings.binding import of_file
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


def _real(folder: Path, name: str, path: Path) -> AppModel:
    artifact = of_file(path, models.SIGNATURES[name], "onnxruntime", name)
    folder.mkdir(exist_ok=True)
    bindings = Bindings(
        language="kotlin",
        class_name=ADAPTER.type_name(artifact.model),
        artifact_sha256=artifact.file.sha256,
        files=tuple(files.ref(each) for each in ADAPTER.write(artifact, folder)),
        key="k",
    )
    return AppModel(artifact=artifact, bindings=bindings, context=ADAPTER.context(artifact))


def _reals(folder: Path, onnx: Mapping[str, Path]) -> list[AppModel]:
    return [_real(folder / name, name, path) for name, path in onnx.items()]


def _logs(printed: str, classes: list[str]) -> Mapping[str, lines.Log]:
    return {name: lines.parse(printed.encode(), run=name) for name in classes}


def _given(model: AppModel, runs: Path) -> Given:
    """Lay a sample where the app looks for them; the answers that are right."""
    folder = runs / model.bindings.class_name
    folder.mkdir(parents=True)
    sample = models.inputs(model.artifact.model)
    sizes: dict[str, int] = {}
    for spec, array in zip(model.artifact.signature.inputs, sample, strict=True):
        axes = zip(spec.shape, array.shape, strict=True)
        sizes |= {axis.name: size for axis, size in axes if isinstance(axis, Dimension)}
    for index, array in enumerate(sample):
        (folder / f"in.0.{index}.bin").write_bytes(array.tobytes())
    (folder / "go").write_text(",".join(map(str, sizes.values())) + "\n")
    return [list(models.ANSWERS[model.artifact.model](*sample))]


def _check_answers(folder: Path, log: lines.Log, right: Given) -> None:
    assert log.of("bye")[0]["repeatable"]
    for one in log.of("output"):
        answer = (folder / one["file"]).read_bytes()
        wanted = right[one["sample"]][one["index"]]
        assert sha256(answer).hexdigest() == one["sha256"]
        assert np.allclose(np.frombuffer(answer, wanted.dtype), wanted.ravel(), atol=1e-6)


def _compiled(folder: Path, runtime: Sequence[Path], work: Path) -> list[Path]:
    """The classes of all that is Kotlin in a project, and those of a little of Android."""
    executorch = kotlin_tools.SOURCES / "ExecuTorch.kt"
    sources = [*folder.rglob("*.kt"), *STUBS.glob("*.kt"), executorch]
    against = [*runtime, *kotlin_tools.jars("android"), *kotlin_tools.jars("junit")]
    classes = kotlin_tools.compiled(sources, against, work / "classes")
    java = sorted((STUBS / "java").glob("*.java"))
    return [kotlin_tools.compiled_java(java, [classes], work / "phone"), classes]


def test_the_app_compiles_without_a_warning_and_measures_real_models(tmp_path: Path) -> None:
    """Its sources and its test as they are, against all of Android; run on a little of it."""
    onnx = {name: models.write_onnx(tmp_path / f"{name}.onnx", name) for name in models.SIGNATURES}
    real = {one.bindings.class_name: one for one in _reals(tmp_path, onnx)}
    other = model(tmp_path / "other", "sentences", "executorch", artifacts.MINILM)
    folder = made(tmp_path, *real.values(), other)
    runtime = kotlin_tools.jars("onnxruntime")
    classes = _compiled(folder, runtime, tmp_path)
    shutil.copytree(folder / "sideload-models/src/main/assets", tmp_path / "run/assets")
    stored, packed, *_ = real
    name = real[packed].artifact.file.path.name
    (tmp_path / f"run/assets/sideload/{name}.compressed").touch()
    given = {name: _given(one, tmp_path / "run/runs") for name, one in real.items()}
    arguments = [str(tmp_path / "run"), *real]
    printed = kotlin_tools.run(
        "dev.sideload.benchmark.Run", [*classes, *runtime], arguments, tmp_path
    )

    _check(_logs(printed, list(real)), given, tmp_path / "run/runs")
    assert lines.parse(printed.encode(), run="none").of("error")[0]["message"] == (
        'no model called no "such"'
    )
    copied = {path.parent.parent.name for path in (tmp_path / "run").rglob("no_backup/**/*.onnx")}
    assert copied == {packed}
    assert stored != packed


def _check(logs: Mapping[str, lines.Log], given: Mapping[str, Given], runs: Path) -> None:
    for name, log in logs.items():
        assert log.complete, name
        assert not log.torn_lines, name
        assert len(log.of("iteration")) == 7, name
        _check_answers(runs / name, log, given[name])

import re
import shutil
import tomllib
from collections.abc import Mapping
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
from tests.bindings import kotlin_tools, models
from tests.bindings.binding import of_file
from tests.projects.android.models import both, model
from tests.projects.android.test_inject import tree

ANDROID = projects.get("android")
STUBS = Path(__file__).parent / "stubs"


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


def _logs(printed: str, classes: list[str]) -> Mapping[str, lines.Log]:
    return {name: lines.parse(printed.encode(), run=name) for name in classes}


def _given(model: AppModel, runs: Path) -> list[list[models.Array]]:
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


def _check_answers(folder: Path, log: lines.Log, right: list[list[models.Array]]) -> None:
    assert log.of("bye")[0]["repeatable"]
    for one in log.of("output"):
        answer = (folder / one["file"]).read_bytes()
        wanted = right[one["sample"]][one["index"]]
        assert sha256(answer).hexdigest() == one["sha256"]
        assert np.allclose(np.frombuffer(answer, wanted.dtype), wanted.ravel(), atol=1e-6)


def test_the_app_compiles_without_a_warning_and_measures_real_models(tmp_path: Path) -> None:
    """Its sources as they are, over the real ONNX Runtime; only Android itself is a stand-in."""
    onnx = {name: models.write_onnx(tmp_path / f"{name}.onnx", name) for name in models.SIGNATURES}
    real = [_real(tmp_path / name, name, path) for name, path in onnx.items()]
    folder = made(tmp_path, *real)
    main = list(folder.rglob("*.kt"))
    against = kotlin_tools.jars("onnxruntime")
    classes = kotlin_tools.compiled([*main, *STUBS.glob("*.kt")], against, tmp_path / "classes")
    shutil.copytree(folder / "sideload-models/src/main/assets", tmp_path / "run/assets")
    given = {one.bindings.class_name: _given(one, tmp_path / "run/runs") for one in real}
    printed = kotlin_tools.run(
        "dev.sideload.benchmark.RunKt", [classes, *against], [str(tmp_path / "run")], tmp_path
    )
    names = [one.bindings.class_name for one in real]
    logs = _logs(printed, names)

    assert all(log.complete and not log.torn_lines for log in logs.values()), printed
    assert {len(log.of("iteration")) for log in logs.values()} == {7}
    for name, log in logs.items():
        _check_answers(tmp_path / "run/runs" / name, log, given[name])
    assert lines.parse(printed.encode(), run="none").of("error")[0]["message"] == (
        'no model called no "such"'
    )
    copied = (tmp_path / "run/no_backup/sideload").rglob("*.onnx")
    assert sorted(path.parent.parent.name for path in copied) == sorted(names)

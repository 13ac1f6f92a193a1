import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sideload import projects
from tests.bindings import kotlin_tools
from tests.projects.android.models import both
from tests.projects.android.shapes import SHAPES, put
from tests.projects.android.test_new import small_limit

ANDROID = projects.get("android")
RECORD = Path(__file__).parent / "Record.groovy"
GROOVY = [name for name, shape in SHAPES.items() if shape.app.endswith(".gradle")]
# What an app's script says at its end, and the settings at theirs.
STORED = ("android.androidResources.noCompress.addAll", "[onnx, pte]")
DEPENDS = ("dependencies.implementation", "dependencies.project")
PACKED = ("android.assetPacks.add", ":sideload-assets")
WRONG = "android { noCompress.addAll(['onnx') }"
Calls = Sequence[tuple[str, str]]


def _calls(printed: str) -> Mapping[str, Calls]:
    """What each script called, by its path."""
    found: dict[str, Calls] = {}
    for script in printed.split("\f")[1:]:
        path, *said = script.splitlines()
        found[path] = [(name, words) for name, _, words in (one.partition("\t") for one in said)]
    return found


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Calls]:
    """What every script in Groovy of every app calls, with small models in it and with large."""
    folder = tmp_path_factory.mktemp("groovy")
    small_limit(folder / "home")
    paths: list[Path] = []
    for size, home in (("small", folder), ("large", folder / "home")):
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("SIDELOAD_HOME", str(home))
            for name in GROOVY:
                app = put(SHAPES[name], folder / size / name)
                projects.apply(ANDROID.inject(app, both(folder / "made")))
        paths += sorted((folder / size).rglob("*.gradle"))
    (folder / "wrong.gradle").write_text(f"\n// nothing\n{WRONG}\n")
    paths.append(folder / "wrong.gradle")
    jars = os.pathsep.join(map(str, kotlin_tools.jars("groovy")))
    argv = ["java", "-XX:TieredStopAtLevel=1", "-cp", jars, "groovy.ui.GroovyMain", str(RECORD)]
    done = subprocess.run(
        [*argv, *map(str, paths)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {str(Path(p).relative_to(folder)): calls for p, calls in _calls(done.stdout).items()}


@pytest.mark.parametrize("name", GROOVY)
def test_an_app_in_groovy_ends_by_calling_what_was_added(
    name: str, recorded: Mapping[str, Calls]
) -> None:
    app, settings = SHAPES[name].app, SHAPES[name].settings
    project = ("dependencies.project", ":sideload-models")

    assert list(recorded[f"small/{name}/{app}"])[-3:] == [STORED, project, DEPENDS]
    assert list(recorded[f"large/{name}/{app}"])[-4:] == [STORED, PACKED, project, DEPENDS]
    assert recorded[f"small/{name}/{settings}"][-1] == ("include", ":sideload-models")
    assert recorded[f"large/{name}/{settings}"][-1] == ("include", ":sideload-assets")


def test_a_script_that_is_no_groovy_is_found(recorded: Mapping[str, Calls]) -> None:
    [(what, words)] = recorded["wrong.gradle"]

    assert what == "error"
    assert "wrong.gradle: 3: Unexpected input" in words

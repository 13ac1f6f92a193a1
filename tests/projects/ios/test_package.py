import json
import plistlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from sideload import projects
from sideload.errors import EditedError, ProjectError
from sideload.host import places
from sideload.projects import AppModel
from sideload.projects.ios import _frameworks, _package, _table
from tests.projects.ios.models import models
from tests.projects.ios.shapes import SHAPES, put

IOS = projects.get("ios")
SHAPE = next(iter(SHAPES.values()))


def carried(tmp_path: Path, made: list[AppModel]) -> Path:
    """The package beside a project, written."""
    path = put(SHAPE, tmp_path / "app")
    projects.apply(IOS.inject(path.parent, made))
    return tmp_path / "app/SideloadModels"


def test_it_holds_classes_models_and_what_apple_asks_for(tmp_path: Path) -> None:
    folder = carried(tmp_path, models(tmp_path / "made", "executorch", "onnxruntime"))
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    sources = "Sources/SideloadModels"

    assert found == {
        *(".sideload.json", "Package.swift", "README.md", "added.json"),
        *(f"{sources}/{name}.swift" for name in ("Bundled", "Digits", "Sentences", "Sideload")),
        *(f"{sources}/Models/{name}" for name in ("digits.pte", "sentences.onnx")),
        f"{sources}/PrivacyInfo.xcprivacy",
    }


def test_models_are_byte_for_byte_what_was_exported(tmp_path: Path) -> None:
    made = models(tmp_path / "made")
    folder = carried(tmp_path, made)

    assert (folder / "Sources/SideloadModels/Models/digits.pte").read_bytes() == (
        made[0].artifact.file.path.read_bytes()
    )


def test_the_privacy_manifest_names_why_file_times_are_read(tmp_path: Path) -> None:
    folder = carried(tmp_path, models(tmp_path / "made"))
    told = plistlib.loads((folder / "Sources/SideloadModels/PrivacyInfo.xcprivacy").read_bytes())

    assert told["NSPrivacyTracking"] is False
    assert told["NSPrivacyCollectedDataTypes"] == []
    assert told["NSPrivacyAccessedAPITypes"] == [
        {
            "NSPrivacyAccessedAPIType": "NSPrivacyAccessedAPICategoryFileTimestamp",
            "NSPrivacyAccessedAPITypeReasons": ["C617.1"],
        }
    ]


@pytest.mark.parametrize(("runtime", "least"), [("executorch", "17.0"), ("onnxruntime", "15.0")])
def test_the_oldest_ios_is_that_of_the_runtime(runtime: str, least: str, tmp_path: Path) -> None:
    manifest = (carried(tmp_path, models(tmp_path / "made", runtime)) / "Package.swift").read_text()

    assert f'platforms: [.iOS("{least}")' in manifest


def test_every_framework_is_pinned_and_what_it_needs_is_there(tmp_path: Path) -> None:
    linked = _frameworks.linked([model.artifact for model in models(tmp_path, "executorch")])

    names = [framework.name for framework in linked.frameworks]
    assert names == ["backend_xnnpack", "executorch", "kernels_optimized", "threadpool"]
    assert all(re.fullmatch("[0-9a-f]{64}", one.checksum) for one in linked.frameworks)
    assert all(one.url.endswith(f"/{one.name}-1.5.0.zip") for one in linked.frameworks)
    assert linked.flags == ("-all_load",)
    assert "Accelerate" in linked.linked_frameworks
    assert linked.linked_libraries == ("c++",)


def test_quantised_models_bring_their_kernels(tmp_path: Path) -> None:
    artifact = replace(models(tmp_path)[0].artifact, precision="int8")

    names = [one.name for one in _frameworks.linked([artifact]).frameworks]
    assert "kernels_quantized" in names


def test_onnxruntime_alone_needs_no_linker_flag(tmp_path: Path) -> None:
    folder = carried(tmp_path, models(tmp_path / "made", "onnxruntime"))
    manifest = (folder / "Package.swift").read_text()

    assert 'exact: "1.24.2"' in manifest
    assert "binaryTarget" not in manifest
    assert "all_load" not in (tmp_path / "app/Demo.xcodeproj/project.pbxproj").read_text()


def test_a_patch_without_frameworks_of_its_own_takes_those_it_shares_and_says_so(
    tmp_path: Path,
) -> None:
    path = put(SHAPE, tmp_path / "app")
    (note,) = IOS.inject(path.parent, models(tmp_path / "made", version="1.5.1")).notes

    assert "ExecuTorch 1.5.1 was published without frameworks for iOS" in note
    assert "the app links 1.5.0, which reads the same files" in note
    assert IOS.inject(path.parent, models(tmp_path / "made", version="1.5.0")).notes == ()


def test_a_patch_that_is_not_in_the_table_takes_the_nearest_and_says_so(tmp_path: Path) -> None:
    (note,) = _frameworks.linked([models(tmp_path, version="1.4.7")[0].artifact]).notes

    assert "made with ExecuTorch 1.4.7, and the app links 1.4.1, the nearest" in note


def test_that_onnxruntime_is_older_on_ios_is_said_wherever_one_looks(tmp_path: Path) -> None:
    path = put(SHAPE, tmp_path / "app")
    changes = IOS.inject(path.parent, models(tmp_path / "made", "onnxruntime"))
    projects.apply(changes)
    package = tmp_path / "app/SideloadModels"
    said = "made and compared with ONNX Runtime 1.31.1, and the app links 1.24.2"

    assert said in changes.notes[0]
    assert said in (package / "README.md").read_text()
    assert f"// The models were {said}" in (package / "Package.swift").read_text()


@pytest.mark.parametrize(
    ("runtime", "least", "said"),
    [
        ("onnxruntime", "1.25", "needs onnxruntime 1.25, and an app for iOS links 1.24.2"),
        ("executorch", "1.5.1", "needs executorch 1.5.1, and an app for iOS links 1.5.0"),
    ],
)
def test_a_model_that_the_runtime_on_ios_cannot_read_is_refused(
    runtime: str, least: str, said: str, tmp_path: Path
) -> None:
    (made,) = models(tmp_path, runtime)
    newer = replace(made.artifact, least_runtime=least)

    with pytest.raises(ProjectError, match=said):
        _frameworks.linked([newer])

    assert _frameworks.linked([replace(made.artifact, least_runtime="1.5")]).versions


def test_checksums_that_are_not_known_are_never_made_up(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"1\.9\.0 for iOS are not known") as caught:
        _frameworks.linked([models(tmp_path, version="1.9.0")[0].artifact])

    assert "swiftpm-1.9.0" in caught.value.remedy
    assert "templates/apps/ios/frameworks.toml" in caught.value.remedy


def test_ones_own_table_of_checksums_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.HOME_VARIABLE, str(tmp_path))
    shipped = (places.templates() / _table.TABLE).read_text()
    own = places.own_templates() / _table.TABLE
    own.parent.mkdir(parents=True)
    own.write_text(shipped.replace('"1.5.0"', '"1.9.0"'))

    linked = _frameworks.linked([models(tmp_path, version="1.9.0")[0].artifact])
    assert linked.frameworks[0].url.endswith("-1.9.0.zip")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('checksum = "df8d', 'checksum = "zzzz', "64 hexadecimal digits as the checksum"),
        ("[executorch]", "[other]", "lacks 'minimum_ios'"),
        ("[onnxruntime]", "[onnxruntime", "is not TOML"),
    ],
)
def test_a_broken_table_is_refused(
    old: str, new: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(places.HOME_VARIABLE, str(tmp_path))
    shipped = (places.templates() / _table.TABLE).read_text()
    own = places.own_templates() / _table.TABLE
    own.parent.mkdir(parents=True)
    own.write_text(shipped.replace(old, new))

    with pytest.raises(ProjectError, match=said):
        _frameworks.linked([models(tmp_path)[0].artifact])


def test_one_model_in_two_ways_is_refused(tmp_path: Path) -> None:
    once = models(tmp_path / "made")

    with pytest.raises(ProjectError, match="cannot hold digits twice"):
        carried(tmp_path, [*once, *once])


def test_classes_in_another_language_are_refused(tmp_path: Path) -> None:
    model = models(tmp_path / "made")[0]
    other = replace(model, bindings=replace(model.bindings, language="kotlin"))

    with pytest.raises(ProjectError, match="speaks Swift, and the classes are in kotlin"):
        carried(tmp_path, [other])


def test_another_model_takes_the_place_of_the_first(tmp_path: Path) -> None:
    folder = carried(tmp_path, models(tmp_path / "made"))
    project = tmp_path / "app/Demo.xcodeproj"
    projects.apply(IOS.inject(project, models(tmp_path / "made", "onnxruntime")))

    assert [path.name for path in (folder / "Sources/SideloadModels/Models").iterdir()] == [
        "sentences.onnx"
    ]
    assert "all_load" not in (project / "project.pbxproj").read_text()


def test_an_edit_of_a_file_of_ours_is_not_overwritten(tmp_path: Path) -> None:
    folder = carried(tmp_path, models(tmp_path / "made"))
    manifest = folder / "Package.swift"
    manifest.write_text(manifest.read_text() + "// mine\n")
    project = tmp_path / "app/Demo.xcodeproj"

    with pytest.raises(EditedError, match=r"Package\.swift"):
        IOS.inject(project, models(tmp_path / "made"))
    with pytest.raises(EditedError, match=r"Package\.swift"):
        IOS.remove(project)


def test_a_folder_of_that_name_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "app/SideloadModels").mkdir(parents=True)
    (tmp_path / "app/SideloadModels/mine.txt").write_text("mine")

    with pytest.raises(ProjectError, match="was not made by sideload"):
        carried(tmp_path, models(tmp_path / "made"))


@pytest.mark.parametrize("text", ['"', "\\", "\\(x)", "\n", "é", "\u202e", "*/", "🚀"])
def test_no_text_leaves_its_literal(text: str) -> None:
    written = _package.literal(text)

    assert written.isascii()
    assert re.fullmatch(r'"(?:[^"\\]|\\u\{[0-9a-f]+\})*"', written)


def test_the_record_lets_a_person_see_what_was_added(tmp_path: Path) -> None:
    told = json.loads((carried(tmp_path, models(tmp_path / "made")) / "added.json").read_text())

    assert told["project"] == "Demo.xcodeproj/project.pbxproj"
    assert any("XCLocalSwiftPackageReference" in part["text"] for part in told["parts"])

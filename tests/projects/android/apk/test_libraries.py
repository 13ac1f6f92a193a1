"""Where a runtime's library is looked for, and what is said when it is nowhere."""

from pathlib import Path

import pytest

from sideload.errors import HostFileError, MissingLibraryError, ProjectError
from sideload.host import files
from sideload.host.places import HOME_VARIABLE
from sideload.projects.android import _table
from sideload.projects.android._table import Table
from sideload.projects.android.apk import _aar, _contents, _libraries
from sideload.projects.android.apk._coordinate import Coordinate
from tests.bindings import artifacts
from tests.projects.android.apk import aars

ONNX = Coordinate.of("com.microsoft.onnxruntime:onnxruntime-android:1.28.0:aar")
CLASSES = {"ai/onnxruntime/OrtSession.class": b"a class"}


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who has no library yet, and no Maven."""
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "project"))
    monkeypatch.setenv("SIDELOAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    monkeypatch.delenv("GRADLE_USER_HOME", raising=False)


def table(runtime: str = "onnxruntime") -> Table:
    return _table.read([artifacts.artifact(artifacts.DIGITS, runtime, model="digits")])


def library(path: Path, content: bytes = b"") -> Path:
    """A library that holds a class of ONNX Runtime's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    classes = aars.zipped({**CLASSES, "told": content})
    return aars.write(path, {"classes.jar": classes, "jni/arm64-v8a/libonnxruntime.so": b"code"})


def found(*given: Path) -> Path:
    (one,) = _libraries.libraries(table(), given)
    return one.path


PLACES = {
    "project": "project/aars",
    "maven": f"user/.m2/repository/{ONNX.folder}",
    "gradle": "user/.gradle/caches/modules-2/files-2.1/com.microsoft.onnxruntime/"
    "onnxruntime-android/1.28.0/0c0ffee",
}


@pytest.mark.parametrize("name", PLACES)
def test_a_library_is_found_where_people_and_tools_put_it(name: str, tmp_path: Path) -> None:
    place = library(tmp_path / PLACES[name] / ONNX.file_name)

    assert found() == place


def test_the_project_comes_before_maven_and_maven_before_gradle(tmp_path: Path) -> None:
    places = [library(tmp_path / folder / ONNX.file_name) for folder in PLACES.values()]

    for place in places:
        assert found() == place
        place.unlink()


def test_a_repository_that_mavens_settings_name_is_looked_into(tmp_path: Path) -> None:
    settings = tmp_path / "user/.m2/settings.xml"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        '<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0">'
        "<localRepository>${user.home}/elsewhere</localRepository></settings>"
    )
    place = library(tmp_path / "user/elsewhere" / ONNX.folder / ONNX.file_name)

    assert found() == place
    settings.write_text("<settings>")
    with pytest.raises(MissingLibraryError):
        found()


def test_a_named_file_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    library(tmp_path / PLACES["project"] / ONNX.file_name)
    own = library(tmp_path / "build of my own.aar")

    assert found(own) == own


def test_a_named_file_of_another_kind_goes_into_the_app_and_stands_for_nothing(
    tmp_path: Path,
) -> None:
    place = library(tmp_path / PLACES["project"] / ONNX.file_name)
    other = aars.write(tmp_path / "o.aar", {"classes.jar": aars.zipped({"o/O.class": b""})})

    held = _libraries.libraries(table(), [other])

    assert [one.path for one in held] == [other, place]


def test_a_library_that_is_nowhere_is_an_error_that_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(MissingLibraryError, match=r"onnxruntime-android-1\.28\.0\.aar") as caught:
        found()

    assert files.shown(tmp_path / "project/aars" / ONNX.file_name) in caught.value.remedy
    assert "--aar" in caught.value.remedy
    assert caught.value.exit_code == 4


def test_what_a_runtime_needs_beside_its_own_library_is_looked_for_too(tmp_path: Path) -> None:
    names = ("executorch-android-1.5.1.aar", "fbjni-0.7.0.aar", "nativeloader-0.10.5.jar")
    for name in names:
        library(tmp_path / "project/aars" / name)
    held = _libraries.libraries(table("executorch"), [])
    (tmp_path / "project/aars" / names[1]).unlink()

    assert tuple(one.path.name for one in held) == names
    with pytest.raises(MissingLibraryError, match=r"fbjni-0\.7\.0\.aar"):
        _libraries.libraries(table("executorch"), [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>404</html>", "no library for Android"),
        (aars.zipped({"readme": b""}), r"no classes\.jar"),
        (aars.zipped({"classes.jar": b"torn"}), "no library for Android"),
        (aars.zipped({"classes.jar": aars.zipped(CLASSES)})[:60], "no library for Android"),
    ],
    # Archives hold the time of day, and a test's name must not.
    ids=["a page", "no classes", "torn classes", "a torn archive"],
)
def test_a_file_that_is_no_library_is_refused_by_name(
    content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / "broken.aar").write_bytes(content)

    with pytest.raises(HostFileError, match=rf"broken\.aar is {said}|{said}"):
        found(tmp_path / "broken.aar")


def test_files_of_a_library_stay_in_the_folder_they_are_unpacked_into(tmp_path: Path) -> None:
    entries = {
        "classes.jar": aars.zipped(CLASSES),
        "jni/arm64-v8a/../../../../evil.so": b"",
        "jni/../arm64-v8a/libevil.so": b"",
        "/jni/arm64-v8a/libevil.so": b"",
        "jni/arm64-v8a/libgood.so": b"good",
        "proguard.txt": b"-keep class good",
    }
    place = aars.write(tmp_path / "a.aar", entries)

    unpacked = _aar.unpacked(place, tmp_path / "into")

    assert [path.name for path in unpacked.natives["arm64-v8a"]] == ["libgood.so"]
    assert unpacked.rules == b"-keep class good"
    assert {path.name for path in tmp_path.rglob("*.so")} == {"libgood.so"}


def test_libraries_without_native_code_in_common_are_refused(tmp_path: Path) -> None:
    one = library(tmp_path / "one.aar")
    jars = {"classes.jar": aars.zipped(CLASSES), "jni/armeabi-v7a/libold.so": b""}
    old = aars.write(tmp_path / "old.aar", jars)
    known = [files.ref(path) for path in (one, old)]
    unpacked = [_aar.unpacked(path, tmp_path / path.stem) for path in (one, old)]

    assert _contents.natives(table(), known[:1], unpacked[:1]).abis == ("arm64-v8a",)
    with pytest.raises(MissingLibraryError, match=r"one\.aar, old\.aar hold no native") as caught:
        _contents.natives(table(), known, unpacked)
    assert "arm64-v8a" in caught.value.remedy


@pytest.mark.parametrize("text", ["", "one", "a:b", "a::c", "a:../b:1", "a:b:../../c", "a:b:/:jar"])
def test_what_names_no_library_is_refused(text: str) -> None:
    with pytest.raises(ProjectError, match="names no library"):
        Coordinate.of(text)

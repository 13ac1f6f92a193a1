from pathlib import Path

import pytest

from sideload.errors import MissingToolError, ToolFailedError
from sideload.host import gradle
from tests.host.gradles import installed, nowhere, put

ASKS = "distributionUrl=https\\://example.com/distributions/gradle-9.4.1-bin.zip\n"
SDK = (
    "SDK location not found. Define a valid SDK location with an ANDROID_HOME environment variable"
)
LICENCES = (
    "Failed to install the following Android SDK packages as some licences have not been accepted."
)
# What Gradle or the Android plugin says, and what is to be typed then.
WORDS = {
    f"Could not determine the dependencies of task ':app:x'.\n> {SDK}": "export ANDROID_HOME",
    f"Could not create task.\n> {LICENCES}": "sdk/cmdline-tools/latest/bin/sdkmanager --licenses",
    "> Minimum supported Gradle version is 9.4.1. Current version is 8.7.": "version 9.4.1",
    "> Android Gradle plugin requires Java 17 to run. You use Java 11.": "of 17 or newer",
    "> Failed to find target with hash string 'android-36' in: /sdk": "'platforms;android-36'",
    "Plugin [id: 'com.android.application', version: '9.2.1'] was not found in any of the "
    "following sources:": "names google()",
    "> Could not resolve com.microsoft.onnxruntime:onnxruntime-android:1.28.0.": "mavenCentral()",
    "> Something that nobody knows": "gradle --stacktrace",
}


def project(folder: Path) -> Path:
    place = folder / "project"
    (place / "gradle/wrapper").mkdir(parents=True)
    (place / gradle.PROPERTIES).write_text(ASKS)
    return place


def test_a_machine_without_gradle_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere(tmp_path, monkeypatch)

    with pytest.raises(MissingToolError, match="Gradle is not installed") as refused:
        gradle.find(project(tmp_path))
    assert "Android Studio" in refused.value.remedy


def test_the_gradle_of_the_machine_is_taken_where_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installed(tmp_path, monkeypatch, version="9.10")
    found = gradle.find(project(tmp_path))

    assert (found.program, found.version) == (program, (9, 10))


def test_an_older_gradle_makes_a_launcher_for_the_version_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, version="8.7")
    place = project(tmp_path)
    found = gradle.find(place)

    assert (found.program, found.version) == (place / "gradlew", (9, 4, 1))
    assert (place / gradle.PROPERTIES).read_text() == ASKS


def test_a_launcher_that_a_project_has_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch)
    place = project(tmp_path)
    put(place / "gradlew", version="8.14.3")
    assert gradle.find(place).program.name == "gradle"
    (place / gradle.JAR).write_bytes(b"a jar")

    assert gradle.find(place).version == (8, 14, 3)


def test_a_program_that_is_no_gradle_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, version="of another kind")

    with pytest.raises(ToolFailedError, match="does not say its version"):
        gradle.find(project(tmp_path))


@pytest.mark.parametrize("said", WORDS)
def test_a_build_that_fails_ends_in_gradles_words_and_what_to_type(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, failure=said)
    place = project(tmp_path)

    with pytest.raises(ToolFailedError) as refused:
        gradle.run(gradle.find(place), place, ["assembleDebug"])
    assert refused.value.problem.endswith(said.strip())
    assert "--stacktrace option" not in refused.value.problem
    assert WORDS[said] in refused.value.remedy

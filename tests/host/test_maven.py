"""Maven itself, and what it says."""

import zipfile
from pathlib import Path

import pytest

from sideload.errors import MissingToolError, ToolFailedError
from sideload.host import _pom, maven, process
from sideload.host.places import CACHE_VARIABLE
from tests.requires import require


@pytest.fixture
def no_maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


def has_maven() -> None:
    require(process.find("mvn") is not None, f"Maven is not installed: {maven.INSTALL}")


def test_a_library_comes_with_what_it_depends_on() -> None:
    has_maven()

    found = maven.fetch(["com.guardsquare:proguard-base:7.7.0"])

    names = [path.name for path in found]
    assert "proguard-base-7.7.0.jar" in names
    assert any(name.startswith("kotlin-stdlib-") for name in names)
    assert all(zipfile.is_zipfile(path) for path in found)


def test_what_is_in_the_cache_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    has_maven()
    first = maven.fetch(["com.guardsquare:proguard-base:7.7.0"])
    monkeypatch.setenv("PATH", "")

    assert maven.fetch(["com.guardsquare:proguard-base:7.7.0"]) == first


def test_a_library_that_is_nowhere_is_named_with_a_remedy_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_maven()
    # The same repository, so that Maven's own plugins need not be fetched once more.
    kept = Path(maven.fetch(["com.guardsquare:proguard-base:7.7.0"])[0]).parents[2] / "repository"
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    (tmp_path / "cache" / "maven").mkdir(parents=True)
    (tmp_path / "cache" / "maven" / "repository").symlink_to(kept)

    with pytest.raises(ToolFailedError, match=r"dev\.sideload:nowhere:aar:1") as caught:
        maven.fetch(["dev.sideload:nowhere:1:aar"])

    assert "\n" not in caught.value.problem
    assert "settings.xml" in caught.value.remedy
    assert not list((tmp_path / "cache" / "maven").glob("nowhere-*"))


@pytest.mark.usefixtures("no_maven")
def test_a_machine_without_maven_is_told_what_to_install() -> None:
    with pytest.raises(MissingToolError, match="mvn is not installed") as caught:
        maven.fetch(["com.guardsquare:proguard-base:7.7.0"])

    assert maven.INSTALL in caught.value.remedy


def test_what_is_left_out_of_what_a_library_depends_on_is_told_to_maven() -> None:
    told = _pom.pom(["group:name:1:aar"], ["androidx.test", maven.EVERYTHING]).decode()

    left_out = "<exclusion><groupId>{}</groupId><artifactId>*</artifactId></exclusion>"
    assert left_out.format("androidx.test") in told
    assert left_out.format("*") in told
    assert "<type>aar</type>" in told


def test_a_coordinate_cannot_leave_its_place_in_the_project_that_maven_is_given() -> None:
    hostile = "1</version><scope>system</scope>"

    assert b"<scope>" not in _pom.pom([f"group:name:{hostile}"], [])

from pathlib import Path

import pytest

from sideload import projects
from sideload.projects.ios import _xcode
from tests.projects.ios.models import models
from tests.projects.ios.parsers import PARSERS
from tests.projects.ios.shapes import SHAPES, put

IOS = projects.get("ios")
# It knows objects only in sections.
UNABLE = {("npm xcode", "no sections, spaces, and no place for frameworks")}
PAIRS = [(parser, shape) for parser in PARSERS for shape in SHAPES if (parser, shape) not in UNABLE]


@pytest.mark.parametrize(("parser", "shape"), PAIRS)
def test_another_parser_finds_the_package_in_each_app(
    parser: str, shape: str, tmp_path: Path
) -> None:
    path = put(SHAPES[shape], tmp_path / "app")
    before = _xcode.read(path.read_bytes().decode(), "project.pbxproj")
    projects.apply(IOS.inject(path.parent, models(tmp_path / "made")))
    ours = _xcode.read(path.read_bytes().decode(), "project.pbxproj")
    # Not every parser takes a mark at the beginning, line ends of Windows, or none at the end.
    path.write_text(f"{path.read_text('utf-8-sig')}\n", "utf-8")
    theirs = PARSERS[parser](path)
    added = sorted(str(theirs[one]["isa"]) for one in set(theirs) - set(before.objects))

    assert set(theirs) == set(ours.objects)
    assert added.count("XCLocalSwiftPackageReference") == 1
    assert added.count("XCSwiftPackageProductDependency") == len(_xcode.apps(ours))
    assert added.count("PBXBuildFile") == len(_xcode.apps(ours))


@pytest.mark.parametrize("parser", list(PARSERS))
def test_another_parser_would_tell_a_broken_project(parser: str, tmp_path: Path) -> None:
    path = put(SHAPES[next(iter(SHAPES))], tmp_path / "app")
    path.write_text(path.read_text().replace("isa = PBXProject;", "isa = PBXProject", 1))

    with pytest.raises(AssertionError):
        PARSERS[parser](path)

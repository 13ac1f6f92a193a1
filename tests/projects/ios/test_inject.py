import difflib
import hashlib
from pathlib import Path

import pytest

from sideload import projects
from sideload.errors import EditedError, ProjectError
from sideload.projects.ios import _openstep, _xcode
from tests.projects.ios.models import models
from tests.projects.ios.shapes import SHAPES, Shape, Target, put

NAMES = list(SHAPES)
IOS = projects.get("ios")


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def injected(path: Path, tmp_path: Path, *runtimes: str) -> None:
    projects.apply(IOS.inject(path.parent, models(tmp_path / "made", *runtimes)))


@pytest.mark.parametrize("name", NAMES)
def test_every_byte_is_restored(name: str, tmp_path: Path) -> None:
    path = put(SHAPES[name], tmp_path / "app")
    before = tree(tmp_path / "app")
    injected(path, tmp_path, "executorch", "onnxruntime")
    assert tree(tmp_path / "app") != before
    projects.apply(IOS.remove(path.parent))

    assert tree(tmp_path / "app") == before


@pytest.mark.parametrize("name", NAMES)
def test_the_second_time_changes_nothing(name: str, tmp_path: Path) -> None:
    path = put(SHAPES[name], tmp_path / "app")
    injected(path, tmp_path)

    assert IOS.inject(path.parent, models(tmp_path / "made")).changes == ()


@pytest.mark.parametrize("name", NAMES)
def test_each_app_for_ios_links_the_package_once_and_keeps_backends(
    name: str, tmp_path: Path
) -> None:
    path = put(SHAPES[name], tmp_path / "app")
    injected(path, tmp_path)
    project = _xcode.read(path.read_bytes().decode(), "project.pbxproj")
    products = [
        one.text("productName")
        for target in _xcode.apps(project)
        for phase in project.each(target.ids("buildPhases"))
        for file in project.each(phase.ids("files"))
        for one in project.each((file.text("productRef"),))
        if one.id in target.ids("packageProductDependencies")
    ]
    local = [
        project.objects[one].text("relativePath")
        for one in project.root.ids("packageReferences")
        if one in project.objects
    ]

    assert products.count("SideloadModels") == len(_xcode.apps(project))
    assert local.count("SideloadModels") == 1
    for target in _xcode.apps(project):
        for configuration in project.configurations(target):
            settings = project.text[configuration.start : configuration.end]
            assert settings.count("-all_load") == 1


@pytest.mark.parametrize("name", NAMES)
def test_everything_else_stays_as_it_was(name: str, tmp_path: Path) -> None:
    path = put(SHAPES[name], tmp_path / "app")
    before = path.read_bytes().decode().splitlines()
    injected(path, tmp_path)
    after = path.read_bytes().decode().splitlines()
    lost = [line[2:] for line in difflib.ndiff(before, after) if line.startswith("- ")]

    # A flag goes into its string, and an entry into the one line of its object.
    inside = {"a workspace with CocoaPods": 2, "everything of an object on one line": 5}
    assert len(lost) == inside.get(name, 0)


def test_ids_are_the_same_on_every_machine(tmp_path: Path) -> None:
    texts = []
    for folder in ("one", "two"):
        path = put(SHAPES[NAMES[0]], tmp_path / folder / "app")
        injected(path, tmp_path / folder)
        texts.append(path.read_bytes())

    assert texts[0] == texts[1]


def test_only_apps_for_ios_are_changed(tmp_path: Path) -> None:
    path = put(SHAPES["two apps, an extension, a watch app and tests"], tmp_path / "app")
    injected(path, tmp_path)
    project = _xcode.read(path.read_bytes().decode(), "project.pbxproj")
    touched = [
        target.text("name")
        for target in project.each(project.root.ids("targets"))
        if target.ids("packageProductDependencies")
    ]

    assert touched == ["Free", "Paid"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("relativePath = SideloadModels;", "relativePath = ../SideloadModels;"),
        ("productName = SideloadModels;", "productName = Other;"),
        ('"-all_load"', '"-force_load"'),
        ("/* SideloadModels in Frameworks */,", "/* SideloadModels */,"),
    ],
)
def test_an_edit_of_ours_is_refused_by_its_line(old: str, new: str, tmp_path: Path) -> None:
    path = put(SHAPES[NAMES[0]], tmp_path / "app")
    injected(path, tmp_path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    before = tree(tmp_path / "app")
    with pytest.raises(EditedError) as caught:
        IOS.remove(path.parent)

    line = int(caught.value.problem.split("line ")[1].split(":")[0])
    shown = path.read_text().splitlines()[line - 1]
    assert "project.pbxproj" in caught.value.problem
    assert new in shown or "OTHER_LDFLAGS" in shown
    assert tree(tmp_path / "app") == before


def test_what_the_user_adds_beside_ours_stays(tmp_path: Path) -> None:
    path = put(SHAPES[NAMES[0]], tmp_path / "app")
    before = path.read_text()
    injected(path, tmp_path)
    text = path.read_text()
    theirs = "\t\t\t\tAAAAAAAAAAAAAAAAAAAAAAAA /* theirs */,\n\t\t\t);\n\t\t\tpreferredProject"
    path.write_text(text.replace("\t\t\t);\n\t\t\tpreferredProject", theirs, 1))
    projects.apply(IOS.remove(path.parent))

    added = "\t\t\tpackageReferences = (\n" + theirs.removesuffix("\t\t\tpreferredProject")
    assert path.read_text().replace(added, "") == before


def test_objects_that_xcode_has_sorted_anew_are_found(tmp_path: Path) -> None:
    path = put(SHAPES["packages and linker flags of its own"], tmp_path / "app")
    before = path.read_text()
    injected(path, tmp_path)
    lines = path.read_text().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "SideloadModels in Frameworks */ = {" in line)
    lines[at - 1], lines[at] = lines[at], lines[at - 1]
    path.write_text("".join(lines))
    projects.apply(IOS.remove(path.parent))

    assert path.read_text() == before


def test_an_app_for_an_older_ios_is_refused(tmp_path: Path) -> None:
    target = Target(name="Old", settings={"IPHONEOS_DEPLOYMENT_TARGET": "13.0"})
    path = put(Shape(targets=(target,)), tmp_path / "app")

    with pytest.raises(ProjectError, match=r"Old for iOS 13\.0.* need 17\.0"):
        injected(path, tmp_path)
    projects.apply(
        IOS.inject(
            put(
                Shape(
                    targets=(Target(name="Old", settings={"IPHONEOS_DEPLOYMENT_TARGET": "15.0"}),)
                ),
                tmp_path / "b",
            ).parent,
            models(tmp_path / "made2", "onnxruntime"),
        )
    )


def test_a_project_without_an_app_is_refused(tmp_path: Path) -> None:
    path = put(
        Shape(targets=(Target(name="Kit", kind="com.apple.product-type.framework"),)),
        tmp_path / "app",
    )

    with pytest.raises(ProjectError, match="no target that is an iOS app"):
        injected(path, tmp_path)


@pytest.mark.parametrize(
    "text", ["{ a = 1; ", "<<<<<<< HEAD\n{}", "{a = (1 2);}", '{a = "1;}', "(" * 999, "{}"]
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, tmp_path: Path) -> None:
    path = put(Shape(), tmp_path / "app")
    path.write_text(f"// !$*UTF8*$!\n{text}")

    with pytest.raises(ProjectError, match=r"project\.pbxproj"):
        injected(path, tmp_path)
    assert path.read_text().endswith(text)


def test_xml_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = put(Shape(), tmp_path / "app")
    path.write_text('<?xml version="1.0"?><plist/>')

    with pytest.raises(ProjectError, match="in XML"):
        injected(path, tmp_path)


def test_a_project_that_refers_to_a_lost_package_is_refused(tmp_path: Path) -> None:
    path = put(Shape(), tmp_path / "app")
    injected(path, tmp_path)
    (tmp_path / "app/SideloadModels/added.json").unlink()

    with pytest.raises(ProjectError, match="added"):
        IOS.remove(path.parent)


def test_nothing_to_take_out_is_an_error(tmp_path: Path) -> None:
    path = put(Shape(), tmp_path / "app")

    with pytest.raises(ProjectError, match="nothing of sideload"):
        IOS.remove(path.parent)


def test_a_workspace_leads_to_its_project_and_not_to_that_of_the_pods(tmp_path: Path) -> None:
    path = put(SHAPES["a workspace with CocoaPods"], tmp_path / "app")
    put(Shape(name="Pods"), tmp_path / "app/Pods")
    workspace = tmp_path / "app/Demo.xcworkspace"
    workspace.mkdir()
    (workspace / "contents.xcworkspacedata").write_text(
        '<Workspace version = "1.0"><FileRef location = "group:Demo.xcodeproj"></FileRef>'
        '<FileRef location = "group:Pods/Pods.xcodeproj"></FileRef></Workspace>'
    )
    made = models(tmp_path / "made")
    changes = IOS.inject(workspace, made)

    assert changes == IOS.inject(path.parent, made) == IOS.inject(tmp_path / "app", made)
    assert changes.changes[-1].path.as_posix() == "Demo.xcodeproj/project.pbxproj"


def test_several_projects_in_a_folder_are_asked_about(tmp_path: Path) -> None:
    put(Shape(), tmp_path / "app")
    put(Shape(name="Other"), tmp_path / "app")

    with pytest.raises(ProjectError, match="several"):
        IOS.inject(tmp_path / "app", models(tmp_path / "made"))


def test_the_diff_shows_what_is_added_to_the_project(tmp_path: Path) -> None:
    path = put(SHAPES[NAMES[0]], tmp_path / "app")
    shown = projects.diff(IOS.inject(path.parent, models(tmp_path / "made")))

    assert "+++ b/Demo.xcodeproj/project.pbxproj" in shown
    assert "+\t\t\trelativePath = SideloadModels;" in shown
    assert "digits.pte" in shown


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a\\"b\\\\c\\n"', 'a"b\\c\n'),
        ("'it'", "it"),
        (r'"\U00e9\101"', "éA"),
        ("<0f 1e>", "<0f 1e>"),
    ],
)
def test_a_string_is_read_as_it_was_meant(written: str, value: str) -> None:
    found = _openstep.parse(f"{{a = {written}; }}", "x").root.get("a")

    assert isinstance(found, _openstep.Text)
    assert found.value == value

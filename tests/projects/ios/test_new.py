import os
import plistlib
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sideload import projects
from sideload.errors import EditedError, ProjectError, RunnerError
from sideload.measure import lines, statistics
from sideload.projects.ios import _inputs, _xcode
from sideload.values import Signature, TensorSpec
from tests.bindings import swift_tools
from tests.bindings.swift_tools import SOURCES, Swift
from tests.projects.ios.models import model, models
from tests.projects.ios.parsers import PARSERS

IOS = projects.get("ios")
BOTH = ("executorch", "onnxruntime")
HERE = Path(__file__).parent
MEASURING = ("Machine", "Measurement", "Report")
PHONE = """
import Foundation
extension ProcessInfo {
    public enum ThermalState: Int { case nominal, fair, serious, critical }
    public var thermalState: ThermalState { .nominal }
    public var isLowPowerModeEnabled: Bool { false }
}
"""
PROJECT = "SideloadBenchmark.xcodeproj/project.pbxproj"


@pytest.fixture(scope="module")
def swift() -> Swift:
    return swift_tools.toolchain()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new")
    projects.apply(IOS.create(folder / "bench", models(folder / "made", *BOTH)))
    return folder / "bench"


def test_the_second_time_changes_nothing(tmp_path: Path) -> None:
    given = models(tmp_path / "made", *BOTH)
    projects.apply(IOS.create(tmp_path / "bench", given))

    assert IOS.create(tmp_path / "bench", given).changes == ()


def test_an_edit_in_a_project_of_ours_is_not_overwritten(tmp_path: Path) -> None:
    given = models(tmp_path / "made")
    projects.apply(IOS.create(tmp_path / "bench", given))
    source = tmp_path / "bench/SideloadBenchmark/Cases.swift"
    source.write_text("// mine\n")

    with pytest.raises(EditedError, match=r"Cases\.swift"):
        IOS.create(tmp_path / "bench", given)


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(ProjectError, match="not made by sideload"):
        IOS.create(tmp_path, models(tmp_path / "made"))


@pytest.mark.parametrize("parser", list(PARSERS))
def test_another_parser_reads_the_same_objects(parser: str, made: Path) -> None:
    ours = _xcode.read((made / PROJECT).read_text(), PROJECT)

    assert set(PARSERS[parser](made / PROJECT)) == set(ours.objects)


def test_no_id_leads_nowhere_and_every_object_is_led_to(made: Path) -> None:
    text = (made / PROJECT).read_text()
    objects = _xcode.read(text, PROJECT).objects
    used = re.findall(r"\b[0-9A-F]{24}\b", re.sub(r"/\*.*?\*/", "", text))

    assert set(used) == set(objects)
    assert all(used.count(one) >= 2 for one in objects)


def test_it_is_of_xcode_16_with_folders_that_follow_the_disk(made: Path) -> None:
    project = _xcode.read((made / PROJECT).read_text(), PROJECT)
    folders = [
        one.text("path")
        for one in project.objects.values()
        if one.isa == "PBXFileSystemSynchronizedRootGroup"
    ]
    (app,) = _xcode.apps(project)
    phases = {one.isa for one in project.each(app.ids("buildPhases"))}

    assert "objectVersion = 77;" in project.text
    assert all((made / folder).is_dir() for folder in folders)
    # Without this phase, empty as it is, Xcode copies no resources.
    assert "PBXResourcesBuildPhase" in phases
    assert set(project.setting(app, "IPHONEOS_DEPLOYMENT_TARGET")) == {"17.0"}


def test_settings_name_files_that_are_there(made: Path) -> None:
    told = re.findall(r"CODE_SIGN_ENTITLEMENTS = (\S+);", (made / PROJECT).read_text())

    assert len(told) == 2
    assert all((made / path).is_file() for path in told)


def test_large_models_may_have_more_memory_and_the_app_can_be_exported(made: Path) -> None:
    entitlements = plistlib.loads((made / "Config/SideloadBenchmark.entitlements").read_bytes())
    options = plistlib.loads((made / "ExportOptions.plist").read_bytes())

    assert entitlements == {"com.apple.developer.kernel.increased-memory-limit": True}
    assert options["method"] == "debugging"


def test_the_scheme_builds_runs_and_tests_targets_that_exist(made: Path) -> None:
    scheme = made / "SideloadBenchmark.xcodeproj/xcshareddata/xcschemes/SideloadBenchmark.xcscheme"
    root = ET.fromstring(scheme.read_text())  # noqa: S314 - written by us just now
    objects = _xcode.read((made / PROJECT).read_text(), PROJECT).objects
    told = {
        one.attrib["BlueprintIdentifier"]: one.attrib["BlueprintName"]
        for one in root.iter("BuildableReference")
    }

    assert {objects[one].text("name"): one for one in told} == {
        name: one for one, name in told.items()
    }
    assert set(told.values()) == {"SideloadBenchmark", "SideloadBenchmarkTests"}


def test_onnxruntime_alone_is_linked_without_a_flag(tmp_path: Path) -> None:
    projects.apply(IOS.create(tmp_path / "b", models(tmp_path / "made", "onnxruntime")))

    assert "all_load" not in (tmp_path / "b" / PROJECT).read_text()


def test_a_class_that_is_not_as_its_signature_says_is_refused(tmp_path: Path) -> None:
    made = model(tmp_path, "executorch")
    source = made.bindings.files[0].path
    source.write_text(source.read_text().replace("public let image:", "let image:"))

    with pytest.raises(ProjectError, match="DigitsInput is not as the signature"):
        _inputs.arguments(made)


@pytest.fixture(scope="module")
def interfaces(swift: Swift, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Modules of the runtimes, of Apple's and of the package, to check the app against."""
    folder = tmp_path_factory.mktemp("interfaces")
    for module, places in (
        ("ExecuTorch", SOURCES),
        ("OnnxRuntimeBindings", SOURCES),
        ("SwiftUI", HERE / "swift"),
        ("XCTest", HERE / "swift"),
    ):
        swift_tools.compiled(swift, module, [places / f"{module}.swift"], folder, version="5")
    resources = folder / "resources.swift"
    resources.write_text(
        "import Foundation\nextension Bundle { static var module: Bundle { .main } }\n"
    )
    sources = sorted((made / "SideloadModels/Sources/SideloadModels").glob("*.swift"))
    swift_tools.compiled(swift, "SideloadModels", [*sources, resources], folder)
    return folder


def test_the_app_and_its_tests_pass_swift_6(swift: Swift, made: Path, interfaces: Path) -> None:
    sources = sorted((made / "SideloadBenchmark").glob("*.swift"))
    testable: list[str | Path] = ["-c", "-enable-testing", "-whole-module-optimization"]
    testable += ["-o", interfaces / "app.o"]
    testable += ["-emit-module-path", interfaces / "SideloadBenchmark.swiftmodule"]
    tests = [made / "SideloadBenchmarkTests/PerformanceTests.swift"]
    check: list[str | Path] = ["-emit-sil", "-o", "/dev/null"]

    assert not swift.frontend(testable, "SideloadBenchmark", sources, imports=interfaces)
    assert not swift.frontend(check, "Tests", tests, imports=interfaces)


def test_a_call_of_the_app_that_no_class_has_would_be_told(
    swift: Swift, made: Path, interfaces: Path, tmp_path: Path
) -> None:
    sources = [
        tmp_path / name
        for name in ("Cases.swift", "Measurement.swift", "Machine.swift", "Report.swift")
    ]
    for source in sources:
        text = (made / "SideloadBenchmark" / source.name).read_text()
        source.write_text(text.replace("DigitsInput(image:", "DigitsInput(picture:"))

    said = swift.frontend(["-emit-sil", "-o", "/dev/null"], "App", sources, imports=interfaces)
    assert "picture" in said


@pytest.fixture(scope="module")
def measured(swift: Swift, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that measures something else with the app's own sources."""
    folder = tmp_path_factory.mktemp("measured")
    given = [made / f"SideloadBenchmark/{name}.swift" for name in MEASURING]
    main = swift_tools.compiled(
        swift, "Measured", [*given, HERE / "swift" / "Measured.swift"], folder
    )
    return swift_tools.linked(swift, [main], folder / "measured")


def test_its_timing_lines_are_read_as_those_of_any_runner(
    swift: Swift, measured: Path, tmp_path: Path
) -> None:
    done = swift.start(measured, [])
    log = lines.parse(done.stdout.encode())
    told = statistics.summary(log, tmp_path)

    assert log.torn_lines == log.foreign_lines == 0
    assert told.complete
    assert told.latency_ns.count == 50
    assert 1_000_000 < told.latency_ns.p50 < 1_000_000_000
    # A process begins with the peak of the one that started it, which may have torch in it.
    assert 1_000_000 < told.peak_bytes < 100_000_000_000
    assert told.hello["model"] == 'é "\\\n\u202e🚀'
    assert (told.hello["runner"], told.hello["runtime_version"]) == ("app", "1.2.3")
    assert (told.hello["system"], told.hello["machine"]) == (os.uname().sysname, os.uname().machine)
    assert told.hello["repeatable"] is True
    assert told.hello["sha256"] == "0" * 64


def test_a_model_that_fails_is_a_line_too_and_the_run_has_no_end(
    swift: Swift, measured: Path, tmp_path: Path
) -> None:
    log = lines.parse(swift.start(measured, ["fail"]).stdout.encode())

    assert log.torn_lines == log.foreign_lines == 0
    assert not log.complete
    with pytest.raises(RunnerError, match="the runner failed: Failure"):
        statistics.summary(log, tmp_path)


def test_how_warm_a_phone_is_is_asked_for_where_the_system_says_it(
    swift: Swift, made: Path, tmp_path: Path
) -> None:
    """The half that Linux leaves out, against as much of Apple's Foundation as it calls."""
    machine = tmp_path / "Machine.swift"
    text = (made / "SideloadBenchmark/Machine.swift").read_text("utf-8")
    machine.write_text(text.replace("#if canImport(Darwin)", "#if true"), "utf-8")
    phone = tmp_path / "Phone.swift"
    phone.write_text(PHONE, "utf-8")
    sources = [machine, phone, made / "SideloadBenchmark/Report.swift"]
    check: list[str | Path] = ["-emit-sil", "-o", "/dev/null"]

    assert not swift.frontend(check, "App", sources, imports=tmp_path)
    phone.write_text(PHONE.replace("critical", "glowing"), "utf-8")
    assert "has no member 'critical'" in swift.frontend(check, "App", sources, imports=tmp_path)


def test_the_formatter_finds_nothing(swift: Swift, made: Path) -> None:
    sources = [path for path in sorted(made.rglob("*.swift")) if path.name != "Package.swift"]
    argv: list[str | Path] = ["lint", "--strict", "--configuration", swift_tools.FORMAT, *sources]
    done = swift.tool("swift-format", argv)

    assert done.stderr + done.stdout == ""


def test_a_single_value_and_a_text_are_given_as_such(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    signature = Signature(
        inputs=(
            TensorSpec(name="words", dtype="string", shape=(2, 3)),
            TensorSpec(name="limit", dtype="int64", shape=()),
            TensorSpec(name="rate", dtype="float32", shape=()),
        ),
        outputs=(TensorSpec(name="y", dtype="float32", shape=()),),
    )

    assert _inputs.arguments(model(folder, "onnxruntime", signature=signature)) == (
        'words: [String](repeating: "a", count: 6)',
        "limit: 1",
        "rate: 0.5",
    )

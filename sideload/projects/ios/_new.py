"""A new Xcode project with an app that measures its models: every file of it, as content."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from sideload.host import files, neutral, places, render
from sideload.projects import AppModel, Content
from sideload.projects.ios import _flags, _inputs, _package
from sideload.projects.ios._frameworks import Linked
from sideload.projects.ios._inject import identity
from sideload.values import MeasurementPlan

NAME: Final = "SideloadBenchmark"
TEMPLATES: Final = "apps/ios/new"
RENDERED: Final = {
    f"{NAME}.xcodeproj/project.pbxproj": "project.pbxproj",
    f"{NAME}.xcodeproj/xcshareddata/xcschemes/{NAME}.xcscheme": "scheme.xcscheme",
    f"{NAME}/BenchmarkApp.swift": "BenchmarkApp.swift",
    f"{NAME}/Cases.swift": "Cases.swift",
    f"{NAME}/Machine.swift": "Machine.swift",
    f"{NAME}/Measurement.swift": "Measurement.swift",
    f"{NAME}/Report.swift": "Report.swift",
    f"{NAME}Tests/PerformanceTests.swift": "PerformanceTests.swift",
    "README.md": "README.md",
}
COPIED: Final = {
    f"Config/{NAME}.entitlements": "app.entitlements",
    "ExportOptions.plist": "ExportOptions.plist",
}


def content(models: Sequence[AppModel], linked: Linked) -> dict[str, Content]:
    """Every file of the project and of the package in it, by its path.

    Raises:
        ProjectError: As for `_package.content`, or a class is not what its signature says.
        HostFileError: A template or a class cannot be read.
    """
    package = _package.content(models, linked)
    found: dict[str, Content] = {f"{_package.NAME}/{name}": one for name, one in package.items()}
    context = {
        "app": NAME,
        "name": _package.NAME,
        "minimum_ios": linked.minimum_ios,
        "flags": linked.flags,
        "plan": MeasurementPlan(),
        "cases": [_case(model, linked) for model in models],
    }
    found |= {path: _rendered(name, context) for path, name in RENDERED.items()}
    return found | {path: _copied(name) for path, name in COPIED.items()}


def _case(model: AppModel, linked: Linked) -> Mapping[str, object]:
    return {
        "model": model.artifact.model,
        "runtime": model.artifact.runtime,
        "runtime_version": linked.versions[model.artifact.runtime],
        "precision": model.artifact.precision,
        "class_name": model.bindings.class_name,
        "arguments": _inputs.arguments(model),
    }


def _rendered(name: str, context: Mapping[str, object]) -> bytes:
    filters: dict[str, Callable[..., str]] = {
        "literal": _package.literal,
        "markdown": neutral.markdown,
        "id": partial(identity, NAME),
        "quoted": _flags.quoted_flag,
    }
    return render.text(f"{TEMPLATES}/{name}.j2", context, filters=filters).encode()


def _copied(name: str) -> bytes:
    own = places.own_templates() / TEMPLATES / name
    return files.read_bytes(own if own.is_file() else places.templates() / TEMPLATES / name)

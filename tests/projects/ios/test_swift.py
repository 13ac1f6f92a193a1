import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from sideload.host import cache
from sideload.projects.ios import _frameworks, _package
from tests.bindings import swift_tools
from tests.bindings.swift_tools import PARTS, SOURCES, Swift
from tests.projects.ios.models import models

MANIFEST: Final = PARTS / "lib/swift/pm/ManifestAPI"
# What the package manager writes for a target that has resources.
RESOURCES: Final = "import Foundation\nextension Bundle { static var module: Bundle { .main } }\n"
MODULES: Final = {"executorch": "ExecuTorch", "onnxruntime": "OnnxRuntimeBindings"}
BOTH: Final = ("executorch", "onnxruntime")


@pytest.fixture(scope="module")
def swift() -> Swift:
    return swift_tools.toolchain()


def written(folder: Path, runtimes: Sequence[str] = BOTH) -> Path:
    """The package without its models."""
    made = models(folder / "made", *runtimes)
    linked = _frameworks.linked([model.artifact for model in made])
    for name, content in _package.content(made, linked).items():
        if isinstance(content, bytes):
            path = folder / "package" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder / "package"


def dumped(swift: Swift, manifest: Path, folder: Path) -> dict[str, Any]:
    """What `swift package dump-package` does: the manifest is compiled, and tells when it runs."""
    library = swift.compiler / MANIFEST
    argv: list[str | Path] = ["-frontend", "-c", "-o", folder / "manifest.o", "-swift-version", "6"]
    argv += ["-package-description-version", "6.0.0", "-module-name", "main", "-I", library]
    argv += ["-target", "x86_64-pc-linux-gnu", "-sdk", swift.around, "-warnings-as-errors"]
    argv += ["-resource-dir", swift.compiler / PARTS / "lib/swift", "-I", SOURCES / "include"]
    argv += [
        "-module-cache-path",
        cache.folder("swift"),
        "-Xcc",
        f"-I{swift.around / 'usr/include'}",
    ]
    said = swift.tool("swift-frontend", [*argv, manifest])
    assert said.returncode == 0, said.stderr
    parts = [folder / "manifest.o", library / "libPackageDescription.so"]
    program = swift_tools.linked(swift, parts, folder / "manifest")
    done = swift.start(
        program, ["-fileno", "1"], library, swift.compiler / PARTS / "lib/swift/linux"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["errors"] == []
    package: dict[str, Any] = found["package"]
    return package


@pytest.mark.parametrize("runtimes", [("executorch",), ("onnxruntime",), BOTH])
def test_the_manifest_is_a_package_with_every_runtime_pinned(
    runtimes: tuple[str, ...], swift: Swift, tmp_path: Path
) -> None:
    found = dumped(swift, written(tmp_path, runtimes) / "Package.swift", tmp_path)
    targets = {target["name"]: target for target in found["targets"]}
    main = targets.pop("SideloadModels")
    requirements = [one["kind"]["sourceControl"]["requirement"] for one in found["dependencies"]]
    used = {each["target"]["name"] for each in main["dependencies"] if "target" in each}

    assert all("binary" in one["type"] and one["checksum"] for one in targets.values())
    assert used == set(targets)
    assert len(targets) == (4 if "executorch" in runtimes else 0)
    assert [list(one) for one in requirements] == ([["exact"]] if "onnxruntime" in runtimes else [])
    assert [one["path"] for one in main["resources"]] == ["Models", "PrivacyInfo.xcprivacy"]


def test_a_broken_manifest_would_be_told(swift: Swift, tmp_path: Path) -> None:
    manifest = written(tmp_path) / "Package.swift"
    manifest.write_text(manifest.read_text().replace("checksum:", "check:", 1))

    with pytest.raises(AssertionError, match="check"):
        dumped(swift, manifest, tmp_path)


def test_every_source_of_the_package_passes_swift_6(swift: Swift, tmp_path: Path) -> None:
    sources = sorted((written(tmp_path) / "Sources/SideloadModels").glob("*.swift"))
    resources = tmp_path / "resources.swift"
    resources.write_text(RESOURCES)
    for module in MODULES.values():
        source = [SOURCES / f"{module}.swift"]
        swift_tools.compiled(swift, module, source, tmp_path, version="5")
    mode: list[str | Path] = ["-emit-sil", "-o", "/dev/null"]

    assert not swift.frontend(mode, "SideloadModels", [*sources, resources], imports=tmp_path)
    assert "module" in swift.frontend(mode, "SideloadModels", sources, imports=tmp_path)

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from sideload.projects.ios import _frameworks, _package
from tests.bindings import swift_tools
from tests.bindings.swift_tools import SOURCES, Swift
from tests.projects.ios.models import models
from tests.projects.ios.swiftpm import dump_package

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


@pytest.mark.parametrize("runtimes", [("executorch",), ("onnxruntime",), BOTH])
def test_swifts_package_manager_reads_a_package_with_every_runtime_pinned(
    runtimes: tuple[str, ...], swift: Swift, tmp_path: Path
) -> None:
    found = dump_package(swift, written(tmp_path, runtimes), tmp_path)
    targets = {target["name"]: target for target in found["targets"]}
    main = targets.pop("SideloadModels")
    used = {each["target"][0] for each in main["dependencies"] if "target" in each}
    remote = [one["sourceControl"][0] for one in found["dependencies"]]

    assert all(one["type"] == "binary" and one["checksum"] for one in targets.values())
    assert used == set(targets)
    assert len(targets) == (4 if "executorch" in runtimes else 0)
    assert [one["requirement"] for one in remote] == (
        [{"exact": ["1.24.2"]}] if "onnxruntime" in runtimes else []
    )
    assert [one["path"] for one in main["resources"]] == ["Models", "PrivacyInfo.xcprivacy"]


def test_a_broken_manifest_would_be_told(swift: Swift, tmp_path: Path) -> None:
    manifest = written(tmp_path) / "Package.swift"
    manifest.write_text(manifest.read_text().replace("checksum:", "check:", 1))

    with pytest.raises(AssertionError, match="check"):
        dump_package(swift, manifest.parent, tmp_path)


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

"""Swift's own tools find nothing in generated Swift, and find what is wrong where something is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from sideload import languages
from tests.bindings import swift_tools
from tests.bindings.artifacts import ordinary
from tests.bindings.swift_tools import Swift

DIAGNOSE: Final = ("-emit-sil", "-o", "/dev/null", "-whole-module-optimization")
MODELS: Final = [
    *(("executorch", model) for model in ("digits", "minilm", "awkward")),
    *(("onnxruntime", model) for model in ("digits", "minilm")),
]
# What generated Swift calls of Apple's own module, for the half that Linux leaves out.
CRYPTOKIT: Final = """
public struct SHA256 {
    public init() {}
    public mutating func update(bufferPointer: UnsafeRawBufferPointer) {}
    public func finalize() -> [UInt8] { [] }
}
"""
CALLED: Final = """
import Foundation
func called(_ digits: Digits, _ url: URL) async throws(ModelError) {
    let answer = try await digits.predict(DigitsInput(image: [1]))
    let labels: [DigitsLabel] = answer.top(3).flatMap { $0.map(\\.label) }
    _ = labels
}
"""


@pytest.fixture(scope="module")
def swift() -> Swift:
    return swift_tools.toolchain()


@pytest.fixture(scope="module")
def interfaces(swift: Swift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interfaces")
    for module in ("ExecuTorch", "OnnxRuntimeBindings"):
        swift_tools.compiled(
            swift, module, [swift_tools.SOURCES / f"{module}.swift"], folder, version="5"
        )
    return folder


def written(runtime: str, model: str, folder: Path) -> Sequence[Path]:
    return languages.get("swift").write(ordinary(runtime)[model], folder)


def said(swift: Swift, sources: Sequence[Path], interfaces: Path) -> str:
    return swift.frontend(DIAGNOSE, "SideloadModels", sources, imports=interfaces)


def linted(swift: Swift, sources: Sequence[Path]) -> str:
    argv: list[str | Path] = ["lint", "--strict", "--configuration", swift_tools.FORMAT, *sources]
    done = swift.tool("swift-format", argv)
    return done.stderr + ("" if done.returncode == 0 else f"exit code {done.returncode}")


@pytest.mark.parametrize(("runtime", "model"), MODELS)
def test_the_compiler_and_the_formatter_find_nothing(
    swift: Swift, interfaces: Path, tmp_path: Path, runtime: str, model: str
) -> None:
    sources = written(runtime, model, tmp_path)

    assert said(swift, sources, interfaces) == ""
    assert linted(swift, sources) == ""


def test_the_half_for_systems_with_cryptokit_is_checked_too(swift: Swift, tmp_path: Path) -> None:
    stub = tmp_path / "CryptoKit.swift"
    stub.write_text(CRYPTOKIT, encoding="utf-8")
    swift_tools.compiled(swift, "CryptoKit", [stub], tmp_path)
    shared = written("executorch", "digits", tmp_path / "source")[1]
    wrong = tmp_path / "Wrong.swift"
    text = shared.read_text(encoding="utf-8")
    wrong.write_text(text.replace("state.update(", "state.updated("), encoding="utf-8")

    assert said(swift, [shared], tmp_path) == ""
    assert "has no member 'updated'" in said(swift, [wrong], tmp_path)


@pytest.mark.parametrize("runtime", ["executorch", "onnxruntime"])
def test_the_same_calls_fit_whichever_runtime_is_underneath(
    swift: Swift, interfaces: Path, tmp_path: Path, runtime: str
) -> None:
    caller = tmp_path / "Called.swift"
    caller.write_text(CALLED, encoding="utf-8")

    assert said(swift, [*written(runtime, "digits", tmp_path), caller], interfaces) == ""


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            (
                "sideloadModule = module",
                'sideloadModule = module; Task.detached { try module.load("") }',
            ),
            "data race",
        ),
        (("try sideloadModule.execute", "try sideloadModule.executes"), "no member 'executes'"),
        (("sideloadShape0, .float)", "sideloadShape0, .real)"), "no member 'real'"),
        (("let image: [Float]", "let image: NSMutableData"), "non-sendable type"),
        (
            ("throw Self.sideloadUnloadable(error", "throw CocoaError.error(.fileLocking"),
            "ModelError",
        ),
        (("        return DigitsOutput(", "        _ = DigitsOutput("), "missing return"),
    ],
)
def test_a_mistake_in_a_template_is_found_by_the_compiler(
    swift: Swift, interfaces: Path, tmp_path: Path, change: tuple[str, str], found: str
) -> None:
    sources = written("executorch", "digits", tmp_path)
    text = sources[0].read_text(encoding="utf-8")
    assert change[0] in text
    sources[0].write_text(text.replace(*change), encoding="utf-8")

    assert found in said(swift, sources, interfaces)


def test_source_that_is_not_formatted_is_found_by_the_formatter(
    swift: Swift, tmp_path: Path
) -> None:
    sources = written("executorch", "digits", tmp_path)
    text = sources[0].read_text(encoding="utf-8")
    sources[0].write_text(text.replace("    case one", "  case one"), encoding="utf-8")

    assert "[Indentation]" in linted(swift, sources)

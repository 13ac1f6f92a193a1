"""What stands for modules of Apple and of the runtimes declares nothing but what they declare."""

import tomllib
from pathlib import Path

import pytest

from tests.bindings import swift_tools
from tests.bindings.swift_tools import Swift
from tests.projects.ios.declared import declared

APPLE = Path(__file__).parent / "swift"
REAL = {
    folder / f"{module}.swift": declarations
    for folder in (APPLE, swift_tools.SOURCES)
    for module, declarations in tomllib.loads((folder / "declared.toml").read_text("utf-8")).items()
}


@pytest.fixture(scope="module")
def swift() -> Swift:
    return swift_tools.toolchain()


def of(swift: Swift, source: Path, folder: Path) -> list[list[str]]:
    swift_tools.compiled(swift, source.stem, [source], folder, version="5")
    return declared(swift, source.stem, folder)


@pytest.mark.parametrize("source", REAL, ids=lambda source: source.stem)
def test_generated_code_is_checked_against_declarations_of_the_real_module(
    source: Path, swift: Swift, tmp_path: Path
) -> None:
    assert of(swift, source, tmp_path) == REAL[source]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("spacing: CGFloat? = nil", "space: CGFloat? = nil"),
        ("_ title: S, action: @escaping", "_ title: S, perform: @escaping"),
        ("func disabled(_ disabled: Bool)", "func disabled(_ disabled: Bool = true)"),
    ],
)
def test_a_declaration_of_our_own_making_would_be_told(
    old: str, new: str, swift: Swift, tmp_path: Path
) -> None:
    text = (APPLE / "SwiftUI.swift").read_text("utf-8")
    assert old in text
    (tmp_path / "SwiftUI.swift").write_text(text.replace(old, new), "utf-8")

    assert of(swift, tmp_path / "SwiftUI.swift", tmp_path) != REAL[APPLE / "SwiftUI.swift"]

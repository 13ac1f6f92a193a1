"""What stands for Apple's modules declares nothing but what Apple's documentation shows."""

import tomllib
from pathlib import Path

import pytest

from tests.bindings import swift_tools
from tests.bindings.swift_tools import Swift
from tests.projects.ios.declared import declared

MODULES = Path(__file__).parent / "swift"
DOCUMENTED = tomllib.loads((MODULES / "declared.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def swift() -> Swift:
    return swift_tools.toolchain()


def of(swift: Swift, module: str, source: Path, folder: Path) -> list[list[str]]:
    swift_tools.compiled(swift, module, [source], folder, version="5")
    return declared(swift, module, folder)


@pytest.mark.parametrize("module", DOCUMENTED)
def test_the_app_is_checked_against_declarations_of_apple_s_documentation(
    module: str, swift: Swift, tmp_path: Path
) -> None:
    assert of(swift, module, MODULES / f"{module}.swift", tmp_path) == DOCUMENTED[module]


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
    text = (MODULES / "SwiftUI.swift").read_text("utf-8")
    assert old in text
    (tmp_path / "SwiftUI.swift").write_text(text.replace(old, new), "utf-8")

    assert of(swift, "SwiftUI", tmp_path / "SwiftUI.swift", tmp_path) != DOCUMENTED["SwiftUI"]

"""Generated source, compared with what a person has reviewed."""

from pathlib import Path
from typing import Final

import pytest

from sideload import languages
from tests.bindings.artifacts import SUFFIXES, ordinary

GOLDEN: Final = Path(__file__).parent / "golden"
# Not every runtime's API for a language can carry every dtype of the awkward one.
REFUSED: Final = {("kotlin", "executorch", "awkward"), ("swift", "onnxruntime", "awkward")}
REVIEWED: Final = [
    (language, runtime, model)
    for language in ("python", "kotlin", "swift")
    for runtime in SUFFIXES
    for model in ordinary(runtime)
    if (language, runtime, model) not in REFUSED
]


@pytest.mark.parametrize(("language", "runtime", "model"), REVIEWED)
def test_source_is_what_was_reviewed(
    language: str, runtime: str, model: str, tmp_path: Path, *, regen: bool
) -> None:
    for source in languages.get(language).write(ordinary(runtime)[model], tmp_path):
        # Text to review, which no tool takes for a part of this project.
        golden = GOLDEN / language / runtime / f"{source.name}.txt"
        if regen:
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(source.read_bytes())

        assert source.read_text(encoding="utf-8") == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "runtime"),
    [("python", "onnxruntime"), ("kotlin", "onnxruntime"), ("swift", "executorch")],
)
def test_writing_twice_gives_the_same_bytes(language: str, runtime: str, tmp_path: Path) -> None:
    described = ordinary(runtime)["awkward"]
    first = languages.get(language).write(described, tmp_path / "1")
    second = languages.get(language).write(described, tmp_path / "2")

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]

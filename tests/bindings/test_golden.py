"""Generated source, compared with what a person has reviewed."""

from pathlib import Path
from typing import Final

import pytest

from sideload import languages
from tests.bindings.artifacts import SUFFIXES, ordinary

GOLDEN: Final = Path(__file__).parent / "golden"


@pytest.mark.parametrize("runtime", SUFFIXES)
@pytest.mark.parametrize("model", ordinary("onnxruntime"))
def test_python_source_is_what_was_reviewed(
    model: str, runtime: str, tmp_path: Path, *, regen: bool
) -> None:
    (source,) = languages.get("python").write(ordinary(runtime)[model], tmp_path)
    # Not `.py`: it is text to review here, and checked as a program by the tests beside this one.
    golden = GOLDEN / "python" / runtime / f"{source.name}.txt"
    if regen:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(source.read_bytes())

    assert source.read_text(encoding="utf-8") == golden.read_text(encoding="utf-8")


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    (first,) = languages.get("python").write(ordinary("executorch")["awkward"], tmp_path / "1")
    (second,) = languages.get("python").write(ordinary("executorch")["awkward"], tmp_path / "2")

    assert first.read_bytes() == second.read_bytes()

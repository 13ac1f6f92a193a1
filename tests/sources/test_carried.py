from collections.abc import Callable

import pytest

from sideload.worker.session import Session
from tests.sources.carried import tried


@pytest.fixture(scope="module")
def session() -> Session:
    return Session()


# Families beside each other, so that each is loaded and captured once.
@pytest.mark.parametrize(
    ("name", "runtime", "precision"),
    [
        ("fnet", "executorch", "float32"),
        ("fnet", "onnxruntime", "float32"),
        ("fnet", "onnxruntime", "int8"),
        ("wav2vec2", "executorch", "float32"),
    ],
)
def test_a_saved_model_reaches_a_file_that_agrees_with_pytorch(
    family: Callable[[str], str], session: Session, name: str, runtime: str, precision: str
) -> None:
    row = tried(session, family(name), runtime, precision, dynamic=True)

    assert "error" not in row, row
    assert row["cosine"] > (0.9999 if precision == "float32" else 0.98)

"""Texts go to a runner and come back; ExecuTorch has none."""

from pathlib import Path

import numpy as np
import pytest

from sideload.errors import InputsError
from sideload.host import raw
from sideload.runners import InputFile
from tests.bindings import border
from tests.runners import refusal
from tests.runners.program import Program, request

WORDS = {"words": np.array([["yes", "größe 🐈"], ["", "no"]]), "end": np.array("!")}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return border.write_texts(tmp_path / "texts.onnx")


def test_texts_come_back_as_the_model_made_them(
    onnxruntime: Program, texts: Path, tmp_path: Path
) -> None:
    other = {"words": np.array([["x", "yes"]]), "end": np.array("")}

    ran = onnxruntime.ask(texts, WORDS, other, folder=tmp_path)

    assert ran.exit_code == 0, ran.stdout
    joined, known = ran.answers(0)
    assert joined.tolist() == [["yes!", "größe 🐈!"], ["!", "no!"]]
    assert known.tolist() == [[1, 0], [0, 0]]
    assert ran.answers(1)[0].tolist() == [["x", "yes"]]
    assert ran.log.of("bye")[0]["repeatable"] is True


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"one\0two\0three\0", "x.bin has 3 whole texts; 2x2 has 4"),
        (b"one\0two\0three\0four", "x.bin has 3 whole texts"),
        (b"one\0two\0three\0four\0five", "x.bin has 4 whole texts"),
        (b"", "x.bin has 0 whole texts"),
    ],
)
def test_a_file_with_other_texts_than_its_shape_says_is_refused(
    onnxruntime: Program, texts: Path, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "x.bin").write_bytes(content)
    (tmp_path / "end.bin").write_bytes(b"!\0")
    words = InputFile(name="words", file="x.bin", dtype="string", shape=(2, 2))
    end = InputFile(name="end", file="end.bin", dtype="string", shape=())

    ran = onnxruntime.run(request(texts, ((words, end),)), tmp_path)

    refusal.check(ran, refusal.INPUT, said)


def test_a_text_where_the_model_takes_numbers_is_refused(
    program: Program, models: Path, folder: Path
) -> None:
    (folder / "x.bin").write_bytes(b"a\0" * 8)
    wrong = InputFile(name="x", file="x.bin", dtype="string", shape=(2, 4))

    ran = program.run(request(program.model(models, "mlp"), ((wrong, refusal.Y),)), folder)

    refusal.check(ran, refusal.INPUT, "string", "float")


def test_texts_survive_their_bytes_and_others_are_refused() -> None:
    texts = np.array([["", "größe"], ["🐈", "a b"]])

    assert raw.decoded(raw.encoded(texts), "string", (2, 2)).tolist() == texts.tolist()
    assert raw.decoded(b"", "string", (0, 3)).shape == (0, 3)
    with pytest.raises(InputsError, match="NUL"):
        raw.encoded(np.array(["a\0b"]))
    for data in (b"a\0", b"a\0b", b"a\0b\0c\0", b"\xff\0b\0"):
        with pytest.raises(ValueError, match=r"bytes|texts|buffer|decode"):
            raw.decoded(data, "string", (2,))
    with pytest.raises(ValueError, match=r"bytes|texts|buffer|decode"):
        raw.decoded(b"\0" * 7, "float32", (2,))

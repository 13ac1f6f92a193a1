from pathlib import Path

import pytest

from sideload import sources
from sideload.errors import UnknownModelError


@pytest.mark.parametrize(
    ("spec", "source"),
    [
        ("digits", "catalogue"),
        ("train.py:build", "python"),
        ("some where/train.py:build", "python"),
        ("model.onnx", "onnx"),
        ("model.pt2", "pt2"),
        ("openai/clip-vit-base-patch32", "huggingface"),
        ("openai/clip-vit-base-patch32#vision", "huggingface"),
    ],
)
def test_the_form_of_a_model_says_where_it_comes_from(spec: str, source: str) -> None:
    assert sources.resolve(spec) == sources.Origin(source=source, spec=spec)


def test_an_existing_folder_is_one_of_hugging_face(tmp_path: Path) -> None:
    folder = tmp_path / "my model"
    folder.mkdir()

    assert sources.resolve(str(folder)).source == "huggingface"
    assert sources.resolve(f"{folder}#text").source == "huggingface"


@pytest.mark.parametrize(
    "spec", ["", "digitz", "a/b/c", "../gone", "../x y", "#", "#text", "$(id)", "ü/ü", ":f", "a:b"]
)
def test_anything_else_is_refused_with_what_may_be_said(spec: str) -> None:
    with pytest.raises(UnknownModelError, match="digits, minilm, mobilenet_v2"):
        sources.resolve(spec)


def test_a_file_of_weights_alone_is_refused_with_what_to_write_instead() -> None:
    for spec in ("weights.pth", "runs/best.safetensors"):
        with pytest.raises(UnknownModelError, match=r"weights alone.*file\.py:function"):
            sources.resolve(spec)


def test_a_python_file_without_a_function_is_refused_with_how_to_name_one() -> None:
    for spec in ("train.py", "src/train.py:", "train.py:"):
        with pytest.raises(UnknownModelError, match=r"train\.py:function"):
            sources.resolve(spec)

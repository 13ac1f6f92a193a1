"""MobileNetV2, a model of the size that apps carry, answers in Swift as it does in Python."""

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from sideload import languages
from tests.bindings import models, swift_tools
from tests.bindings.binding import of_file

SUFFIXES: Final = {"executorch": "pte", "onnxruntime": "onnx"}


@pytest.mark.parametrize("runtime", SUFFIXES)
def test_a_real_model_answers_as_in_python(runtime: str, pictures: Path, tmp_path: Path) -> None:
    swift = swift_tools.toolchain()
    file = pictures / f"mobilenet_v2.{SUFFIXES[runtime]}"
    described = of_file(file, models.PICTURE, runtime, "mobilenet_v2")
    sources = languages.get("swift").write(described, tmp_path / "source")
    parts = swift_tools.runtime_module(swift, runtime, tmp_path)
    calls = [*sources, swift_tools.SOURCES / "Picture.swift"]
    made = swift_tools.compiled(swift, "Picture", calls, tmp_path)
    program = swift_tools.linked(swift, [*parts, made], tmp_path / "picture")

    done = swift.start(program, [pictures, file, tmp_path / "answer"], tmp_path)

    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout == "[1, 1000]\n"
    ours, python = (
        np.fromfile(path, np.float32)
        for path in (tmp_path / "answer", pictures / f"{SUFFIXES[runtime]}.answer")
    )
    assert np.abs(python).max() > 0.1
    assert np.abs(ours - python).max() <= 1e-6 * np.abs(python).max()

"""Generated classes run real files on the real runtimes, in a process that has nothing of ours."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sideload import languages
from tests.bindings import models
from tests.bindings.binding import of_file
from tests.bindings.conftest import PROGRAMS

PYTHON = languages.get("python")


def called(files: Mapping[str, Path], runtime: str, folder: Path) -> str:
    """Call the binding of each file; what the process said. Answers are in `folder`."""
    calls = []
    for model, path in files.items():
        signature = models.SIGNATURES.get(model, models.PRODUCT)
        described = of_file(path, signature, runtime, model)
        (source,) = PYTHON.write(described, folder)
        stored = folder / f"{model}-inputs.npz"
        np.savez(stored, *models.inputs(model))
        name = PYTHON.type_name(model)
        where = {"model": str(path), "inputs": str(stored)}
        calls.append({"module": source.stem, "class": name, **where})
    (folder / "calls.json").write_text(json.dumps(calls), encoding="utf-8")
    argv = [sys.executable, "-P", str(PROGRAMS / "call.py"), str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        argv, check=True, stdout=subprocess.PIPE, text=True, timeout=250, env=environment
    ).stdout


def test_onnxruntime_answers_as_numpy_does(onnx_files: Mapping[str, Path], tmp_path: Path) -> None:
    said = called(onnx_files, "onnxruntime", tmp_path)

    assert said == "modules of sideload: []\n"
    check_answers(tmp_path)


def test_executorch_answers_as_numpy_does_and_names_a_file_it_cannot_load(
    pte_files: Mapping[str, Path], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.pte"
    bad.write_bytes(b"\x00" * 4 + b"ET12" + b"\x00" * 100)
    files = {**pte_files, "bad": bad}

    said = called(files, "executorch", tmp_path)

    assert said.startswith("bad: RuntimeFailedError: executorch 1.5.1 cannot load the model")
    assert said.endswith("\nmodules of sideload: []\n")
    check_answers(tmp_path)


def check_answers(folder: Path) -> None:
    for model, expected in models.ANSWERS.items():
        with np.load(folder / f"{model}-answers.npz") as stored:
            answers = [stored[name] for name in stored.files]

        for answer, right in zip(answers, expected(*models.inputs(model)), strict=True):
            # A single value comes as Python's own number, which has one width only.
            assert (
                answer.dtype == right.dtype if right.ndim else answer.dtype.kind == right.dtype.kind
            )
            assert answer.shape == right.shape
            assert np.array_equal(answer, right)

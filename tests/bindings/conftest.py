"""`--regen` writes the golden files anew; the small model files that generated code is run on."""

import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

import sideload
from tests.bindings import models
from tests.bindings.binding import Module, of_file, written
from tests.bindings.kept import kept

PROGRAMS = Path(__file__).parent / "programs"
VERSIONS = [f"{name} {version(name)}" for name in ("torch", "executorch", "onnx", "onnxruntime")]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regen", action="store_true", help="write the golden files anew")


@pytest.fixture(scope="session")
def regen(request: pytest.FixtureRequest) -> bool:
    # The option is known only where pytest was started on this folder.
    return bool(request.config.getoption("--regen", default=False))


@pytest.fixture(scope="session")
def onnx_files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("onnx")
    return {name: models.write_onnx(folder / f"{name}.onnx", name) for name in models.SIGNATURES}


@pytest.fixture(scope="session")
def pte_files() -> Mapping[str, Path]:
    program = PROGRAMS / "make_pte.py"

    def make(folder: Path) -> None:
        argv = [sys.executable, str(program), str(folder)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(argv, check=True, capture_output=True, timeout=250, env=environment)

    folder = kept("pte", [program.read_bytes(), *VERSIONS], make)
    return {name: folder / f"{name}.pte" for name in models.SIGNATURES}


@pytest.fixture(scope="session")
def pictures() -> Path:
    """MobileNetV2 for both runtimes, the `pixels` of a photograph, and both answers in Python."""
    program = PROGRAMS / "make_pictures.py"
    sources = (program, Path(sideload.__path__[0]) / "models/mobilenet_v2.py")
    facts = [path.read_bytes() for path in sources]

    def make(folder: Path) -> None:
        argv = [sys.executable, str(program), str(folder)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(argv, check=True, capture_output=True, timeout=550, env=environment)

    return kept("pictures", [*facts, *VERSIONS], make)


@pytest.fixture(scope="session")
def jvm_files(
    onnx_files: Mapping[str, Path], pte_files: Mapping[str, Path], pictures: Path
) -> Mapping[str, Mapping[str, Path]]:
    """For each runtime, the models that one program on the JVM calls, MobileNetV2 among them."""
    return {
        "onnxruntime": {**onnx_files, "mobilenet_v2": pictures / "mobilenet_v2.onnx"},
        "executorch": {**pte_files, "mobilenet_v2": pictures / "mobilenet_v2.pte"},
    }


@pytest.fixture(scope="session")
def onnx_bindings(
    onnx_files: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Module]:
    folder = tmp_path_factory.mktemp("onnx-bindings")
    return {
        name: written(of_file(path, models.SIGNATURES[name], "onnxruntime", name), folder)
        for name, path in onnx_files.items()
    }
